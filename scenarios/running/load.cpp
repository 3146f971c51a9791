#include "scenarios/running/load.hpp"

#include <algorithm>

#include "models/service/queries.hpp"

namespace stampede::scenarios {
namespace {

using engine::EventKind;

std::uint64_t microseconds_of(engine::Duration duration) {
  return static_cast<std::uint64_t>((duration.nanoseconds + 999) / 1'000);
}

void add_to(Counts& counts, const Counts& others) {
  for (const auto& [value, count] : others) counts[value] += count;
}

/// It happens at a node, and not to a message on its way.
bool is_at_node(const engine::Event& event) {
  return event.node != no_node &&
         (!engine::is_about_message(event.kind) || event.kind == EventKind::deliver ||
          event.kind == EventKind::ignore);
}

}  // namespace

std::uint64_t count_of(const Counts& counts) {
  std::uint64_t all = 0;
  for (const auto& [value, count] : counts) all += count;
  return all;
}

std::uint64_t percentile(const Counts& counts, engine::Ppm share) {
  ASSERT(!counts.empty() && share.value <= 1'000'000);
  __extension__ using Wide = unsigned __int128;
  const Wide wanted = static_cast<Wide>(count_of(counts)) * share.value;
  Wide so_far = 0;
  for (const auto& [value, count] : counts) {
    so_far += static_cast<Wide>(count) * 1'000'000;
    if (so_far >= wanted) return value;
  }
  return counts.rbegin()->first;
}

void merge(Load& load, const Load& other) {
  load.seeds += other.seeds;
  load.invoked += other.invoked;
  load.busy_us += other.busy_us;
  load.messages += other.messages;
  load.bytes += other.bytes;
  load.flushes += other.flushes;
  for (const auto& [sort, there] : other.answered) {
    Answered& here = load.answered[sort];
    add_to(here.latency_us, there.latency_us);
    add_to(here.message_delays, there.message_delays);
  }
  for (const auto& [kind, there] : other.unavailable_us) add_to(load.unavailable_us[kind], there);
}

Load read_load(std::string_view json, const std::string& file) {
  const engine::Document document = engine::parse_json(json, file);
  // What is missing is not nothing.
  for (const std::string& key : engine::member_names<Load>()) static_cast<void>(document.at(key));
  Load load;
  engine::read(document, load);
  return load;
}

Answered all_answered(const Load& load) {
  Answered all;
  for (const auto& [sort, answered] : load.answered) {
    add_to(all.latency_us, answered.latency_us);
    add_to(all.message_delays, answered.message_delays);
  }
  return all;
}

void LoadTaker::event(const engine::Event& event) {
  now_ = event.time;
  if (event.decision != nullptr) decided(event);
  switch (event.kind) {
    case EventKind::send:
      ++messages_;
      bytes_ += event.detail.size();
      return;
    case EventKind::complete:
      ++flushes_;
      return;
    case EventKind::invoke:
      return invoked(event);
    case EventKind::respond:
      return responded(event);
    case EventKind::crash:
      return abandon(event.node);
    case EventKind::begin_fault:
      faults_.push_back({std::string(event.type), event.decision->text, event.time});
      return;
    case EventKind::end_fault:
      return fault_ended(event);
    default:
      return;
  }
}

void LoadTaker::decided(const engine::Event& event) {
  made_.resize(event.step + 1);
  Made& made = made_.back();
  made.cause = static_cast<std::uint32_t>(event.cause);
  made.delivers = event.kind == EventKind::deliver || event.kind == EventKind::ignore;
  made.copies = event.kind == EventKind::duplicate;
  if (is_at_node(event))
    made.before = std::exchange(last_at_[event.node], static_cast<std::uint32_t>(event.step));
  if (event.kind != EventKind::begin) return;
  const engine::BeginOperation& begin = event.decision->operation;
  const auto [known, first] = identity_.try_emplace(event.node, begin.id.client);
  if (!first && known->second != begin.id.client) abandon(event.node);
  known->second = begin.id.client;
  const bool is_change_of_members = begin.operation.get<engine::Reconfigure>() != nullptr;
  sort_ = is_change_of_members                                    ? "reconfigure"
          : models::service::is_query(*service_, begin.operation) ? "read"
                                                                  : "change";
}

void LoadTaker::invoked(const engine::Event& event) {
  if (!first_invoked_) first_invoked_ = event.time;
  if (open_.empty()) silent_since_ = event.time;
  ++load_.invoked;
  open_.emplace(event.step, Open{event.time, event.node, sort_});
}

void LoadTaker::responded(const engine::Event& event) {
  const auto open = open_.find(event.cause);
  if (open == open_.end()) return;
  note_silence(event.time, faults_, longest_without_us_);
  Answered& answered = load_.answered[open->second.sort];
  ++answered.latency_us[microseconds_of(event.time - open->second.since)];
  ++answered.message_delays[message_delays(open->first, event.step)];
  open_.erase(open);
  silent_since_ = event.time;
  load_.busy_us = microseconds_of(event.time - *first_invoked_);
  load_.messages = messages_;
  load_.bytes = bytes_;
  load_.flushes = flushes_;
  std::erase_if(faults_, [&](const Fault& fault) {
    const bool is_over = fault.ended && *fault.ended < silent_since_;
    if (is_over) ++load_.unavailable_us[fault.kind][fault.longest_us];
    return is_over;
  });
}

void LoadTaker::fault_ended(const engine::Event& event) {
  const auto fault = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& one) {
    return !one.ended && one.name == event.type;
  });
  if (fault == faults_.end()) return;
  fault->ended = event.time;
  // What could not begin ends at once.
  if (fault->begun == event.time) faults_.erase(fault);
}

void LoadTaker::abandon(NodeId client) {
  std::erase_if(open_, [&](const auto& one) { return one.second.client == client; });
}

void LoadTaker::note_silence(engine::Time now, std::vector<Fault>& faults,
                             std::uint64_t& longest_without) const {
  const std::uint64_t lasted = microseconds_of(now - silent_since_);
  bool is_due_to_fault = false;
  for (Fault& fault : faults) {
    if (fault.ended && *fault.ended < silent_since_) continue;
    is_due_to_fault = true;
    fault.longest_us = std::max(fault.longest_us, lasted);
  }
  if (!is_due_to_fault) longest_without = std::max(longest_without, lasted);
}

// As explain::critical_path does: handlers take no time, so a step waited for what caused it, or,
// where nothing did, for the one before it at its node. What began before the operation is no part
// of it.
std::uint64_t LoadTaker::message_delays(std::uint64_t from, std::uint64_t to) const {
  std::uint64_t delays = 0;
  while (to > from) {
    const Made& made = made_.at(to);
    if (made.delivers) ++delays;
    std::uint32_t cause = made.cause;
    // A copy has been under way since its original was sent.
    while (cause != 0 && made_.at(cause).copies) cause = made_.at(cause).cause;
    to = cause != 0 ? cause : made.before;
  }
  return delays;
}

Load LoadTaker::load() const {
  Load load = load_;
  std::vector<Fault> faults = faults_;
  std::uint64_t longest_without = longest_without_us_;
  if (!open_.empty()) note_silence(now_, faults, longest_without);
  ++load.unavailable_us["no fault"][longest_without];
  for (const Fault& fault : faults) ++load.unavailable_us[fault.kind][fault.longest_us];
  return load;
}

std::optional<Load> load_of(const Scenario& scenario, const RunResult& done, bool stop_on_first,
                            const checkers::Limits& limits) {
  LoadTaker taker(scenario);
  RunSettings settings{&taker, stop_on_first, limits};
  settings.decisions_max = decisions_to_repeat(done);
  if (run(scenario, settings).decisions < done.decisions) return std::nullopt;
  return taker.load();
}

}  // namespace stampede::scenarios
