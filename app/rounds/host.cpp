#include "app/rounds/host.hpp"

#include <unistd.h>

#include <csignal>
#include <mutex>

#include <caf/exit_reason.hpp>

#include "actors/service_control.hpp"
#include "actors/service_desk.hpp"
#include "app/process/signals.hpp"
#include "app/rounds/edges.hpp"
#include "app/wiring/roster.hpp"
#include "infra/log/log.hpp"
#include "infra/machine/process_identity.hpp"

namespace racefill {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What actors tell the main thread.
struct service::mailbox {
  std::mutex mutex;
  bool drain_asked = false;
  std::optional<std::vector<date>> reopened;
  // A look at the desk is under way since; none when it has been answered.
  std::optional<clock::time_point> looks_since;
  clock::time_point answered_at = clock::now();
  std::optional<snapshot> news;
};

namespace {

service_desk_settings desk_settings(const command_context& context) {
  service_desk_settings x;
  x.clock = [] { return std::chrono::system_clock::now(); };
  x.version = RACEFILL_VERSION;
  x.host = host_name();
  x.pid = getpid();
  x.command = to_string(context.call.command);
  x.pools = pool_limits_of(context.conf);
  return x;
}

void reopen_log(const settings& conf) {
  auto log = conf.log;
  log.file = in_state_dir(conf, log.file);
  if (log.file.empty())
    return;
  if (auto err = log_setup(log))
    log_error("service", describe(err));
}

std::unique_ptr<caf::actor_system> make_system(caf::actor_system_config& config,
                                               const settings& conf,
                                               const service_parts& parts) {
  config.add_message_types<caf::id_block::racefill>();
  config.add_message_types<caf::id_block::racefill_handles>();
  // The default policy polls for work, which costs more than the work itself
  // at two requests a second; this one sleeps until there is some.
  config.set("scheduler.policy", caf::atom("sharing"));
  if (parts.configure)
    parts.configure(config, conf);
  return std::make_unique<caf::actor_system>(config);
}

} // namespace

service::service(const command_context& context, service_parts parts,
                 service_ears ears)
  : context_(context),
    ears_(std::move(ears)),
    mail_(std::make_shared<mailbox>()),
    config_(std::make_unique<caf::actor_system_config>()),
    system_(make_system(*config_, context_.conf, parts)),
    makers_(std::move(parts.makers)),
    answered_at_(clock::now()),
    next_look_(clock::now()) {
  live_ = std::make_unique<live_settings>(
    sources_of(context_.call, context_.env), context_.conf,
    [this](const settings& now, const std::vector<std::string>& keys) {
      take(now, keys);
    });
  auto desk = desk_settings(context_);
  desk.reopen = [mail = mail_](const std::vector<date>& days) {
    const std::lock_guard guard{mail->mutex};
    auto& all = mail->reopened;
    if (!all)
      all.emplace();
    all->insert(all->end(), days.begin(), days.end());
  };
  desk_ = spawn_service_desk(*system_, std::move(desk));
  control_ = spawn_service_control(*system_, control_settings());
}

service::~service() {
  close();
}

service_control_settings service::control_settings() {
  service_control_settings x;
  x.reload = [this] { return live_->reload(); };
  x.set = [this](const std::string& key, const std::string& value) {
    auto done = live_->set(key, value);
    if (done)
      log_info("service", "service took an order: " + *done);
    return done;
  };
  x.drain = [mail = mail_] {
    const std::lock_guard guard{mail->mutex};
    mail->drain_asked = true;
    return std::string("draining, then leaving");
  };
  return x;
}

caf::error service::open() {
  for (const auto& make : makers_) {
    auto part = make({*system_, context_.conf, desk_, control_});
    if (!part)
      return std::move(part.error());
    if (*part)
      parts_.push_back(std::move(*part));
  }
  return {};
}

command_context service::context() const {
  auto x = context_;
  x.conf = live_->current();
  return x;
}

// Called under the lock of the settings, on whatever thread changed them.
void service::take(const settings& now, const std::vector<std::string>& keys) {
  bool gate = false;
  bool writer = false;
  for (const auto& key : keys) {
    gate = gate || key.starts_with("gate.");
    writer = writer || key.starts_with("writer.");
    if (key == "log.level")
      log_set_level(now.log.level);
    if (const auto pool = pool_of_key(now, key); !pool.first.empty())
      ask(desk_, milliseconds(5'000), scale_atom_v, pool.first, pool.second);
  }
  if (gate)
    caf::anon_send(desk_, configure_atom_v, gate_limits_of(now));
  if (writer)
    caf::anon_send(desk_, configure_atom_v, writer_limits_of(now));
}

void service::begin_look() {
  {
    const std::lock_guard guard{mail_->mutex};
    if (mail_->looks_since)
      return;
    mail_->looks_since = clock::now();
  }
  auto looked = [mail = mail_](bool is_answer, std::optional<snapshot> news) {
    const std::lock_guard guard{mail->mutex};
    mail->looks_since.reset();
    if (is_answer)
      mail->answered_at = clock::now();
    if (news)
      mail->news = std::move(news);
  };
  system_->spawn([desk = desk_, looked](caf::event_based_actor* self) {
    self->request(desk, std::chrono::seconds(10), status_atom_v)
      .then([looked](const snapshot& x) { looked(true, x); },
            [looked](const caf::error& err) {
              // A desk that is dead or mute has not answered; one that has
              // nobody to ask has.
              looked(err != caf::sec::request_timeout
                       && err != caf::sec::request_receiver_down,
                     {});
            });
  });
}

// One reload at a time. A SIGHUP that comes meanwhile has its own one after it:
// the file may have changed since it was read.
void service::reload() {
  if (caf::error err; reload_ && reload_->ready(err)) {
    reopen_log(live_->current()); // A rotator may have moved the file away.
    if (err)
      for (const auto& line : error_lines(err))
        log_error("service", "service keeps its settings: " + line);
    else
      log_info("service", "service read its conf anew: " + reload_->text());
    reload_.reset();
  }
  if (reload_ || !std::exchange(reload_wanted_, false))
    return;
  reload_ = std::make_shared<pending_answer>();
  system_->spawn(
    [control = control_, answer = reload_](caf::event_based_actor* self) {
      self->request(control, std::chrono::minutes(1), reload_atom_v)
        .then([answer](const std::string& x) { answer->put({}, x); },
              [answer](const caf::error& err) { answer->put(err); });
    });
}

void service::pulse(milliseconds patience) {
  const int number = wait_for_signal(patience);
  if (number == SIGINT || number == SIGTERM)
    ++stops_;
  reload_wanted_ = reload_wanted_ || number == SIGHUP;
  reload();
  if (const auto now = clock::now(); now >= next_look_) {
    begin_look();
    next_look_ = now + milliseconds(500);
  }
  std::optional<snapshot> news;
  {
    const std::lock_guard guard{mail_->mutex};
    if (std::exchange(mail_->drain_asked, false) && stops_ == 0)
      ++stops_;
    answered_at_ = mail_->answered_at;
    news = std::exchange(mail_->news, std::nullopt);
  }
  if (news) {
    last_ = std::move(*news);
    if (ears_.show)
      ears_.show(last_);
  }
  if (ears_.pulse)
    ears_.pulse();
}

void service::look_anew(milliseconds patience) {
  const auto start = clock::now();
  bool is_begun = false; // A look that began after `start`.
  while (clock::now() < start + patience) {
    {
      const std::lock_guard guard{mail_->mutex};
      if (is_begun && !mail_->looks_since)
        break;
      is_begun = is_begun
                 || (mail_->looks_since && *mail_->looks_since >= start);
    }
    begin_look();
    pulse(milliseconds(20));
  }
  pulse(milliseconds(0));
}

std::optional<std::vector<date>> service::take_reopened() {
  const std::lock_guard guard{mail_->mutex};
  return std::exchange(mail_->reopened, std::nullopt);
}

bool service::may_wait(std::optional<clock::time_point>& until) {
  pulse(milliseconds(20));
  if (stops_ > 0 && !until)
    until = clock::now()
            + std::chrono::seconds(live_->current().drain.grace_seconds);
  const bool goes_on = stops_ < 2 && (!until || clock::now() < *until);
  left_behind_ = left_behind_ || !goes_on;
  return goes_on;
}

bool service::close() {
  if (!system_)
    return left_behind_;
  parts_.clear();
  caf::anon_send_exit(control_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(desk_, caf::exit_reason::user_shutdown);
  control_ = nullptr;
  desk_ = nullptr;
  // An edge may be inside a request for as long as its deadline; nobody needs
  // its answer any more, so nobody waits for it.
  const auto until = clock::now() + milliseconds(2'000);
  while (system_->registry().running() > 0 && clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  if (system_->registry().running() > 0) {
    left_behind_ = true;
    // Its destructor would wait for the stuck ones, who read the config.
    (void) system_.release();
    (void) config_.release();
  }
  system_.reset();
  return left_behind_;
}

} // namespace racefill
