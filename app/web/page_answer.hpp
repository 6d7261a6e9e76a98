/// PAGE_ANSWER: from a request to an answer, without a socket.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/web/page_board.hpp"

namespace racefill {

/// The parts of a request that matter here.
struct page_request {
  std::string method; ///< GET.
  std::string target; ///< `/days.json?since=3`.
  std::string host;   ///< The Host header; "" if absent.
};

/// What stays the same for the server's whole life.
struct page_site {
  std::string html;  ///< The page, whole.
  std::string csp;   ///< Its Content-Security-Policy.
  std::string epoch; ///< Names this process.
  /// On a loopback address only names of this host are served, or a foreign
  /// site whose name points here (DNS rebinding) could read along.
  bool only_local_names = true;
};

struct page_answer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  /// Status 200 and an endless stream of events instead of `body`.
  bool is_stream = false;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Any request gets an answer; all of them carry the security headers.
page_answer answer_page(const page_request& request, const page_site& site,
                        const page_view& view, page_clock::time_point now);

/// Whether a Host header names this very host: localhost, 127.x.x.x or [::1],
/// with or without a port.
bool is_local_name(const std::string& host);

/// The policy that lets a page use its own `style` and `script` and nothing
/// else, by their hashes.
std::string policy_of(const std::string& style, const std::string& script);

/// One page of the three sources, each of the latter two where `html` has a
/// line with its name in `<style>` or `<script>`.
page_site make_page_site(const std::string& html, const std::string& style,
                         const std::string& script, const std::string& epoch,
                         bool only_local_names);

} // namespace racefill
