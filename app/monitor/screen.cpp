#include "app/monitor/screen.hpp"

#include <clocale>
#include <csignal>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include <curses.h>

#include "app/monitor/view_layout.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

std::atomic<bool> interrupted{false};

void note_signal(int) {
  interrupted = true;
}

// Owns the terminal's state.
class terminal_session {
public:
  explicit terminal_session(bool colour) {
    std::setlocale(LC_ALL, ""); // NOLINT: once, at the start.
    initscr();
    cbreak();
    noecho();
    curs_set(0);
    keypad(stdscr, TRUE);
    timeout(100);
    if (colour && has_colors()) {
      start_color();
      use_default_colors();
      init_pair(1, COLOR_GREEN, -1);
      init_pair(2, COLOR_YELLOW, -1);
      init_pair(3, COLOR_RED, -1);
    }
  }

  ~terminal_session() {
    endwin();
  }

  terminal_session(const terminal_session&) = delete;
  terminal_session& operator=(const terminal_session&) = delete;
};

attr_t attribute_of(tint x) {
  switch (x) {
    case tint::good:
      return COLOR_PAIR(1);
    case tint::warn:
      return COLOR_PAIR(2) | A_BOLD;
    case tint::bad:
      return COLOR_PAIR(3) | A_BOLD;
    case tint::dim:
      return A_DIM;
    case tint::bold:
      return A_BOLD;
    default:
      return A_NORMAL;
  }
}

void draw(int row, const styled_line& line) {
  move(row, 0);
  for (const auto& piece : line.pieces()) {
    attrset(static_cast<int>(attribute_of(piece.colour)));
    addstr(piece.text.c_str());
  }
  attrset(A_NORMAL);
  clrtoeol();
}

// What a key wants; a question first where it hurts.
struct wish {
  steer_order order;
  std::string question; ///< "" for none.
};

// One worker more or less for both pools would hide which; so the one that
// works in this phase.
wish concurrency_wish(const snapshot& now, int step) {
  std::int64_t workers = 0;
  const bool horses = now.phase == "horses";
  const std::string pool = horses ? "enricher" : "racecard_fetcher";
  for (const auto& child : now.children)
    workers += child.name.rfind(pool, 0) == 0 ? 1 : 0;
  wish x;
  x.order.verb = steer_verb::set;
  x.order.key = horses ? "concurrency.enrichers"
                       : "concurrency.racecard_fetchers";
  x.order.value = std::to_string(std::max<std::int64_t>(1, workers + step));
  return x;
}

bool wish_of(int key, const snapshot& now, wish& x) {
  switch (key) {
    case 'p':
      x.order.verb = steer_verb::pause;
      x.question = "Pause all calls?";
      return true;
    case 'r':
      x.order.verb = steer_verb::resume;
      return true;
    case 'f':
      x.order.verb = steer_verb::retry;
      x.question = "Ask every failed day again?";
      return true;
    case 'd':
      x.order.verb = steer_verb::drain;
      x.question = "Drain and end the service?";
      return true;
    case '+':
    case '=':
      x = concurrency_wish(now, 1);
      return true;
    case '-':
      x = concurrency_wish(now, -1);
      return true;
    default:
      return false;
  }
}

const styled_lines& help_lines() {
  static const styled_lines lines{
    {"Keys", tint::bold},
    {"  p    pause all calls               r    resume"},
    {"  f    ask failed days again         d    drain and end the service"},
    {"  + -  one worker more or less of the pool that works now"},
    {"  h ?  this help                     q    quit; the service goes on"},
    {},
    {"Reading it", tint::bold},
    {"  Calendar  # done  _ empty  - not offered  v provisional  . pending"},
    {"            X failed; a cell with any failed day is X"},
    {"  ETA       from nothing new is found, to as much as so far"},
    {"  Backlog   items that wait in a stage; credit: how many more it takes"},
    {"  Steering  needs the control token, which this host's state directory"},
    {"            or the --client file holds"},
  };
  return lines;
}

class picture {
public:
  picture(monitor_link& link, const terminal_look& look)
    : link_(link), look_(look) {
    // nop
  }

  int run();

private:
  void redraw();
  void press(int key);
  void answer(int key);
  styled_line bottom() const;

  monitor_link& link_;
  terminal_look look_;
  link_news news_;
  bool help_ = false;
  bool asks_ = false;
  wish wish_;
  clock::time_point answer_until_; ///< Then the keys are shown again.
};

styled_line picture::bottom() const {
  if (asks_)
    return styled_line{wish_.question + " y/n ", tint::warn};
  if (clock::now() < answer_until_)
    return styled_line{harmless(news_.answer),
                       news_.answer_is_bad ? tint::bad : tint::good};
  styled_line line;
  for (const auto& [key, text] :
       {std::pair{"p", " pause  "}, std::pair{"r", " resume  "},
        std::pair{"f", " retry failed  "}, std::pair{"+-", " workers  "},
        std::pair{"d", " drain  "}, std::pair{"h", " help  "},
        std::pair{"q", " quit"}})
    line.add(key, tint::bold).add(text);
  return line;
}

void picture::redraw() {
  view_room room;
  room.columns = static_cast<std::size_t>(std::max(20, COLS));
  room.lines = static_cast<std::size_t>(std::max(4, LINES)) - 1;
  room.utf8 = look_.utf8;
  view_title title;
  title.state = to_string(news_.state);
  if (news_.state != link_state::connected) {
    title.colour = news_.state == link_state::connecting ? tint::warn
                                                         : tint::bad;
    title.note = news_.why ? describe(news_.why) : "";
  }
  auto lines = help_ ? help_lines() : view_lines(news_.view, title, room);
  lines.resize(room.lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].cut(room.columns);
    draw(static_cast<int>(i), lines[i]);
  }
  auto last = bottom();
  last.cut(room.columns - 1); // Writing the last cell would scroll.
  draw(static_cast<int>(room.lines), last);
  refresh();
}

void picture::answer(int key) {
  asks_ = false;
  if (key == 'y' || key == 'Y')
    link_.steer(wish_.order);
}

void picture::press(int key) {
  if (asks_)
    return answer(key);
  if (key == 'h' || key == '?' || help_) {
    help_ = !help_;
    return;
  }
  wish x;
  if (!news_.has_view || !wish_of(key, news_.view.now, x))
    return;
  wish_ = std::move(x);
  asks_ = !wish_.question.empty();
  if (!asks_)
    link_.steer(wish_.order);
}

int picture::run() {
  for (;;) {
    const auto answers = news_.answers;
    news_ = link_.news(news_.serial, milliseconds(0));
    if (news_.answers != answers)
      answer_until_ = clock::now() + std::chrono::seconds(8);
    redraw();
    const int key = getch();
    if (interrupted)
      return 130;
    if (key == ERR || key == KEY_RESIZE)
      continue;
    if (key == 'q' && !asks_)
      return 0;
    press(key);
  }
}

} // namespace

int run_screen(monitor_link& link, const terminal_look& look) {
  std::signal(SIGINT, note_signal);
  std::signal(SIGTERM, note_signal);
  const terminal_session session{look.colour};
  return picture{link, look}.run();
}

} // namespace racefill
