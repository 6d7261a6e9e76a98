#include "infra/store/lease.hpp"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "infra/machine/process_identity.hpp"
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
  bool of_this_boot = true; ///< Renewed since this host was started.
};

/// How long ago this host was started, sleep included.
std::int64_t uptime_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

lease_state read_lease(sql_session& session) {
  const auto kind = session.kind();
  const auto rows = session.query(
    "SELECT token,holder,host,boot_id,pid,pid_start,expires_at,"
    "CASE WHEN expires_at > "
      + now_plus(kind, 0) + " THEN 0 ELSE 1 END,CASE WHEN renewed_at < "
      + now_plus(kind, -uptime_seconds()) + " THEN 0 ELSE 1 END "
      + "FROM racefill_lease WHERE name=" + placeholder(kind, 1)
      + row_lock(kind, " FOR UPDATE"),
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
  out.of_this_boot = row[8] != "0";
  return out;
}

bool same_process(const lease_claim& a, const lease_claim& b) {
  return a.host == b.host && a.boot_id == b.boot_id && a.pid == b.pid
         && a.pid_start == b.pid_start;
}

enum class sight { gone, lives, unknown };

/// There is such a process, but /proc does not show it: it is another user's,
/// and hidepid keeps it from us, as ProtectProc of a service unit does.
bool is_hidden(std::int64_t pid) {
  std::error_code ignored;
  if (pid <= 0
      || std::filesystem::exists("/proc/" + std::to_string(pid), ignored))
    return false;
  return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
}

/// Only processes of this very host can be looked up. Boot ids that differ do
/// not prove that it was started again: containers have some of their own,
/// which a service unit that mounts its own /proc does not see.
sight look_at(const lease_state& state, const lease_claim& asker) {
  const auto& holder = state.claim;
  if (holder.host != asker.host || holder.host.empty())
    return sight::unknown;
  if (holder.boot_id != asker.boot_id)
    return state.of_this_boot ? sight::unknown : sight::gone;
  if (is_hidden(holder.pid))
    return sight::unknown;
  return process_start(holder.pid) == holder.pid_start ? sight::lives
                                                       : sight::gone;
}

/// Who is seen to live holds the lease whatever the clock, which may jump,
/// says; of whom nothing is known the time alone tells.
bool is_held(const lease_state& state, sight holder) {
  if (state.holder.empty() || holder == sight::gone)
    return false;
  return holder == sight::lives || !state.expired;
}

std::string how_long(const lease_state& state, sight holder) {
  return holder == sight::lives ? "as long as it lives"
                                : "until " + state.expires_at + " at least";
}

} // namespace

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
  const auto holder = look_at(state, claim);
  if (!ours && is_held(state, holder))
    throw sql_error{fault::lease_held, state.holder + " holds the lease "
                                         + how_long(state, holder)
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
