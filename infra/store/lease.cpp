#include "infra/store/lease.hpp"

#include <fstream>
#include <sstream>

#include "infra/store/ledger.hpp"

namespace racefill {
namespace {

constexpr auto lease_name = "racefill";

/// The row as it is.
struct lease_state {
  std::int64_t token = 0;
  std::string holder; ///< "" when it was given back.
  lease_claim claim;
  std::string expires_at;
  bool expired = true;
};

lease_state read_lease(sql_session& session) {
  const auto kind = session.kind();
  const auto rows = session.query(
    "SELECT token,holder,host,boot_id,pid,pid_start,expires_at,"
    "CASE WHEN expires_at > "
      + now_plus(kind, 0) + " THEN 0 ELSE 1 END FROM racefill_lease "
      + "WHERE name=" + placeholder(kind, 1) + row_lock(kind, " FOR UPDATE"),
    {std::string{lease_name}});
  if (rows.empty())
    throw sql_error{fault::store_refused,
                    "table racefill_lease is empty; run `racefill migrate`"};
  const auto& row = rows[0];
  lease_state out;
  out.token = std::stoll(row[0].value_or("0"));
  out.holder = row[1].value_or("");
  out.claim.host = row[2].value_or("");
  out.claim.boot_id = row[3].value_or("");
  out.claim.pid = std::stoll(row[4].value_or("0"));
  out.claim.pid_start = row[5].value_or("");
  out.expires_at = instant_text(row[6].value_or(""));
  out.expired = row[7] != "0";
  return out;
}

bool same_process(const lease_claim& a, const lease_claim& b) {
  return a.host == b.host && a.boot_id == b.boot_id && a.pid == b.pid
         && a.pid_start == b.pid_start;
}

/// A process of this very host can be looked up: it holds the lease as long as
/// it lives, whatever the clock, which may jump, says. Of another host's
/// process only the time tells.
bool is_held(const lease_state& state, const lease_claim& asker) {
  const auto& holder = state.claim;
  if (state.holder.empty())
    return false;
  if (holder.host != asker.host || holder.host.empty())
    return !state.expired;
  if (holder.boot_id != asker.boot_id)
    return false; // The host was started again since.
  return process_start(holder.pid) == holder.pid_start;
}

std::string how_long(const lease_state& state, const lease_claim& asker) {
  if (state.claim.host == asker.host)
    return "as long as it lives";
  return "until " + state.expires_at + " at least";
}

} // namespace

std::string process_start(std::int64_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  if (!std::getline(file, text))
    return {};
  // Field 22, counted after the command's closing bracket: the command itself
  // may hold blanks and brackets.
  const auto bracket = text.rfind(')');
  if (bracket == std::string::npos)
    return {};
  std::istringstream fields{text.substr(bracket + 1)};
  std::string field;
  for (int i = 3; i <= 22; ++i)
    fields >> field;
  return fields ? field : std::string{};
}

void check_fence(sql_session& session, std::int64_t token) {
  const auto kind = session.kind();
  const auto rows
    = session.query("SELECT token,holder FROM racefill_lease WHERE name="
                      + placeholder(kind, 1) + row_lock(kind, " FOR SHARE"),
                    {std::string{lease_name}});
  if (rows.empty() || rows[0][0] != std::to_string(token) || !rows[0][1])
    throw sql_error{fault::lease_lost,
                    "another run took the lease over, or it was given back"};
}

lease_grant take_lease(sql_session& session, const lease_claim& claim) {
  const auto state = read_lease(session);
  const auto ours = !state.holder.empty() && same_process(state.claim, claim);
  if (!ours && is_held(state, claim))
    throw sql_error{fault::lease_held, state.holder + " holds the lease "
                                         + how_long(state, claim)
                                         + "; wait for it or stop it"};
  const auto kind = session.kind();
  const auto token = ours ? state.token : state.token + 1;
  session.execute("UPDATE racefill_lease SET token=" + placeholder(kind, 1)
                    + ",holder=" + placeholder(kind, 2) + ",host="
                    + placeholder(kind, 3) + ",boot_id=" + placeholder(kind, 4)
                    + ",pid=" + placeholder(kind, 5) + ",pid_start="
                    + placeholder(kind, 6) + ",renewed_at=" + now_plus(kind, 0)
                    + ",expires_at=" + now_plus(kind, claim.hold_seconds)
                    + " WHERE name='" + lease_name + "'",
                  {token, claim.holder.empty() ? claim.host : claim.holder,
                   claim.host, claim.boot_id, claim.pid, claim.pid_start});
  return {token};
}

void keep_lease(sql_session& session, const lease_grant& grant,
                const lease_claim& claim) {
  const auto kind = session.kind();
  const auto rows = session.execute(
    "UPDATE racefill_lease SET renewed_at=" + now_plus(kind, 0) + ",expires_at="
      + now_plus(kind, claim.hold_seconds) + " WHERE name='" + lease_name
      + "' AND holder IS NOT NULL AND token=" + placeholder(kind, 1),
    {grant.token});
  if (rows == 0)
    throw sql_error{fault::lease_lost, "another run took the lease over"};
}

void drop_lease(sql_session& session, const lease_grant& grant) {
  session.execute("UPDATE racefill_lease SET holder=NULL,expires_at=NULL "
                  "WHERE name='"
                    + std::string{lease_name}
                    + "' AND token=" + placeholder(session.kind(), 1),
                  {grant.token});
}

} // namespace racefill
