#include "app/process/event_runner.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "infra/log/log.hpp"

namespace racefill {
namespace {

constexpr std::size_t waiting_max = 100;
constexpr std::size_t value_max = 4096;

// A value fit for a mail's subject or a header.
std::string clean(const std::string& value) {
  auto out = value.substr(0, value_max);
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = ' ';
  return out;
}

// How the child begins: default signals, none blocked, a process group of its
// own, and no descriptor of ours but stderr.
struct spawn_setup {
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t files{};

  spawn_setup() {
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK
                                            | POSIX_SPAWN_SETSIGDEF
                                            | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
                                     O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
  }

  ~spawn_setup() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }

  spawn_setup(const spawn_setup&) = delete;
  spawn_setup& operator=(const spawn_setup&) = delete;
};

} // namespace

std::vector<std::string> variables_of(const service_event& event) {
  std::vector<std::string> out{"RACEFILL_EVENT=" + clean(event.name),
                               "RACEFILL_TEXT=" + clean(event.text)};
  for (const auto& [name, value] : event.facts)
    out.push_back("RACEFILL_" + name + '=' + clean(value));
  return out;
}

event_runner::event_runner(const environment& env) {
  // Named one by one: the rest may hold credentials.
  for (const char* name :
       {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"})
    if (const auto found = env.find(name); found != env.end())
      base_.push_back(std::string{name} + '=' + found->second);
}

event_runner::~event_runner() {
  if (pid_ < 0)
    return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void event_runner::post(const service_event& event, const std::string& program,
                        std::chrono::seconds limit) {
  if (program.empty())
    return;
  if (waiting_.size() >= waiting_max)
    waiting_.pop_front();
  task next{event.name, program, base_, limit};
  for (auto& each : variables_of(event))
    next.variables.push_back(std::move(each));
  waiting_.push_back(std::move(next));
  tick();
}

void event_runner::start(const task& what) {
  std::string path = what.program;
  std::array<char*, 2> words{path.data(), nullptr};
  auto variables = what.variables;
  std::vector<char*> env;
  env.reserve(variables.size() + 1);
  for (auto& each : variables)
    env.push_back(each.data());
  env.push_back(nullptr);
  spawn_setup setup;
  const int error = ::posix_spawn(&pid_, path.c_str(), &setup.files,
                                  &setup.attributes, words.data(), env.data());
  if (error == 0) {
    until_ = std::chrono::steady_clock::now() + what.limit;
    timed_out_ = false;
    return;
  }
  pid_ = -1;
  log_warn("events", "the program of serve.on_event cannot be run",
           {{"program", path},
            {"event", what.name},
            {"error", std::generic_category().message(error)}});
}

void event_runner::ended(int status) {
  pid_ = -1;
  std::string text;
  if (timed_out_)
    text = "killed after " + std::to_string(running_.limit.count()) + " s";
  else if (WIFSIGNALED(status))
    text = "ended by signal " + std::to_string(WTERMSIG(status));
  else if (WEXITSTATUS(status) != 0)
    text = "exit status " + std::to_string(WEXITSTATUS(status));
  if (!text.empty())
    log_warn("events", "the program of serve.on_event failed",
             {{"program", running_.program},
              {"event", running_.name},
              {"error", text}});
}

void event_runner::tick() {
  if (pid_ >= 0) {
    int status = 0;
    const auto got = ::waitpid(pid_, &status, WNOHANG);
    if (got == pid_ || (got < 0 && errno == ECHILD)) {
      ended(got == pid_ ? status : 0);
    } else if (std::chrono::steady_clock::now() > until_ && !timed_out_) {
      timed_out_ = true;
      ::kill(-pid_, SIGKILL); // Its children too.
    }
  }
  while (pid_ < 0 && !waiting_.empty()) {
    running_ = std::move(waiting_.front());
    waiting_.pop_front();
    start(running_);
  }
}

} // namespace racefill
