/// SQL_ERROR: how a database's refusal travels inside infra/store.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <caf/error.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// Thrown by sessions, caught at the edge of every port method.
class sql_error : public std::exception {
public:
  sql_error(fault code, std::string text, bool row_level = false,
            std::string state = {})
    : code_(code),
      text_(std::move(text)),
      state_(std::move(state)),
      row_level_(row_level) {
    // nop
  }

  /// What the caller gets.
  fault code() const noexcept {
    return code_;
  }

  /// What a person gets; never holds a password.
  const std::string& text() const noexcept {
    return text_;
  }

  /// SQLSTATE, or SQLite's extended code as a number; "" if there is none.
  const std::string& state() const noexcept {
    return state_;
  }

  /// True if the values of one row are at fault, so that the other rows of the
  /// statement may stand.
  bool row_level() const noexcept {
    return row_level_;
  }

  const char* what() const noexcept override {
    return text_.c_str();
  }

private:
  fault code_;
  std::string text_;
  std::string state_;
  bool row_level_;
};

/// The error that a port method answers.
caf::error to_error(const sql_error& x);

/// Classifies a PostgreSQL SQLSTATE; `message` is the server's, and what to do
/// next is added to it.
sql_error postgres_error(std::string_view state, const std::string& message);

/// True if the message of a failed connection attempt holds the server's own
/// words (`FATAL:  text`), so that there is a SQLSTATE to be learnt.
bool is_answer_of_server(const std::string& message);

/// Classifies a failed connection attempt: by the words that are known, else by
/// `state`, "" where none was learnt.
sql_error postgres_connect_error(const std::string& message,
                                 std::string_view state = {});

/// Classifies an SQLite result code (extended); `path` names the file.
sql_error sqlite_error(int code, const std::string& message,
                       const std::string& path);

} // namespace racefill
