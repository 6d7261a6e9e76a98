#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <algorithm>
#include <chrono>

#include <sys/ioctl.h>

#include "app/commands/monitor_access.hpp"
#include "app/monitor/monitor_link.hpp"
#include "app/monitor/monitor_part.hpp"
#include "app/monitor/screen.hpp"
#include "app/monitor/view_layout.hpp"
#include "app/print/snapshot_json.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;

int export_client(const command_context& context) {
  auto papers = open_client_papers(monitor_folder(context.conf));
  if (!papers)
    return fail_with(papers.error());
  const auto& file = context.call.export_client_file;
  if (auto err = write_private_file(file, pack_client_papers(*papers)))
    return fail_with(err);
  std::printf("%s opens this service's monitor, steering included: bring it to "
              "the other machine by a safe way, then\n  racefill monitor "
              "--client %s --attach HOST:PORT\n",
              file.c_str(), file.c_str());
  return 0;
}

std::size_t columns_of(const environment& env) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  const auto found = env.find("COLUMNS");
  const auto columns = found == env.end() ? 0
                                          : std::atoi(found->second.c_str());
  return columns >= 40 ? static_cast<std::size_t>(columns) : 80;
}

bool print_view(const command_context& context, const monitor_view& view) {
  std::string text;
  if (context.call.json) {
    text = snapshot_json(view.now);
  } else {
    const auto look = look_of_stdout(context.env);
    view_room room;
    room.columns = columns_of(context.env);
    room.lines = 0;
    room.utf8 = look.utf8;
    for (const auto& line :
         view_lines(view, {"connected", tint::good, ""}, room))
      text += line.text(look) + "\n";
    if (!context.call.once)
      text += "\n";
  }
  return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

// One view, or why there is none.
int print_once(const command_context& context,
               const monitor_client_settings& settings) {
  auto client = monitor_client::open(settings);
  if (!client)
    return fail_with_link(client.error());
  if (auto err = (*client)->watch(milliseconds(1'000)))
    return fail_with_link(err);
  monitor_view view;
  if (!(*client)->next(view, milliseconds(15'000)))
    return fail_with_link(caf::make_error(
      fault::unreachable,
      settings.host + ":" + std::to_string(settings.port)
        + (" is connected, but sends nothing: " + (*client)->ended())));
  return print_view(context, view) ? 0 : to_int(exit_status::files);
}

milliseconds pace_of(const command_context& context) {
  const auto wanted
    = milliseconds(std::int64_t{1'000} * context.call.interval_seconds);
  return std::min(wanted, milliseconds(10'000));
}

// A view at each interval; a lost connection is told and mended.
int print_stream(const command_context& context, monitor_link& link) {
  using clock = std::chrono::steady_clock;
  const auto interval = std::chrono::seconds(context.call.interval_seconds);
  std::uint64_t printed = 0;
  auto due = clock::now();
  auto told = link_state::connecting;
  link_news now;
  for (;;) {
    now = link.news(now.serial, milliseconds(500));
    if (now.state != told) {
      told = now.state;
      std::fprintf(stderr, "racefill: %s%s\n", to_string(told).c_str(),
                   now.why ? (": " + describe(now.why)).c_str() : "");
    }
    if (told != link_state::connected || now.views == printed
        || clock::now() < due)
      continue;
    printed = now.views;
    due = clock::now() + interval;
    if (!print_view(context, now.view))
      return to_int(exit_status::files);
  }
}

// A service that is not there at the start is most likely a mistake.
caf::error first_contact(monitor_link& link) {
  link_news now;
  while (now.state == link_state::connecting)
    now = link.news(now.serial, milliseconds(1'000));
  return now.state == link_state::connected ? caf::error{} : now.why;
}

} // namespace

int monitor_command(const command_context& context) {
  if (!context.call.export_client_file.empty())
    return export_client(context);
  auto settings = monitor_access(context);
  if (!settings)
    return fail_with(settings.error());
  std::signal(SIGPIPE, SIG_IGN);
  if (context.call.once)
    return print_once(context, *settings);
  const auto look = look_of_stdout(context.env);
  const bool is_live = !context.call.json && ::isatty(STDOUT_FILENO) == 1
                       && ::isatty(STDIN_FILENO) == 1 && can_draw();
  monitor_link link{*settings,
                    is_live ? milliseconds(1'000) : pace_of(context)};
  if (const auto err = first_contact(link))
    return fail_with_link(err);
  return is_live ? run_screen(link, look) : print_stream(context, link);
}

} // namespace racefill
