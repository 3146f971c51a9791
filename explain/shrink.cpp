#include "explain/shrink.hpp"

#include <algorithm>
#include <set>

#include "explain/frame.hpp"
#include "explain/reduce.hpp"
#include "explain/simplify.hpp"
#include "explain/timed.hpp"
#include "scenarios/running/told_script.hpp"

namespace stampede::explain {

using engine::Decision;
using engine::DecisionKind;

namespace {

/// The run's violation of the property; the first if it is empty.
const scenarios::FoundViolation& violation_of(const Tape& tape, const std::string& property) {
  const auto& violations = tape.result().violations;
  const auto found = std::find_if(violations.begin(), violations.end(), [&](const auto& one) {
    return property.empty() || one.violation.property == property;
  });
  if (found != violations.end()) return *found;
  if (violations.empty())
    throw engine::InputError("this run violates nothing",
                             "a run whose verdict is 'violated' can be shrunk");
  std::vector<std::string> violated;
  for (const auto& one : violations) violated.push_back(one.violation.property);
  throw engine::InputError("this run does not violate '" + property + "'",
                           "it violates: " + engine::comma_list(violated));
}

RunSize size_of(const Schedule& schedule) {
  RunSize size;
  size.decisions = schedule.size();
  std::set<NodeId> nodes;
  for (const Item& item : schedule) {
    const DecisionKind kind = item.decision.kind;
    size.operations += kind == DecisionKind::begin ? 1 : 0;
    size.timeouts += kind == DecisionKind::fire ? 1 : 0;
    size.faults += kind == DecisionKind::crash || kind == DecisionKind::pause ||
                           kind == DecisionKind::duplicate || kind == DecisionKind::drop ||
                           kind == DecisionKind::corrupt || kind == DecisionKind::clock ||
                           kind == DecisionKind::wipe
                       ? 1
                       : 0;
    if (is_about_message(kind)) nodes.insert(item.decision.message.from);
    nodes.insert(place_of(item.decision));
  }
  nodes.erase(no_node);
  size.nodes = nodes.size();
  return size;
}

/// Decisions that are known by their names alone.
Schedule by_names(const std::vector<Decision>& decisions) {
  Schedule schedule;
  for (const Decision& decision : decisions) {
    Item item;
    item.id = static_cast<std::uint32_t>(schedule.size() + 1);
    item.decision = decision;
    item.by_name = true;
    schedule.push_back(std::move(item));
  }
  return schedule;
}

Schedule schedule_of(const Tape& tape, std::uint64_t last) {
  std::vector<Decision> decisions;
  for (std::uint64_t number = tape.boots() + 1; number <= last; ++number)
    decisions.push_back(tape.step(number).decision);
  return by_names(decisions);
}

/// The kind of the step; of a completion, that of the step that asked for it.
std::string kind_of(const Tape& tape, std::uint64_t number) {
  while (tape.step(number).decision.kind == DecisionKind::complete && tape.step(number).cause != 0)
    number = tape.step(number).cause;
  return scenarios::kind_of_step(tape.step(number).decision);
}

/// Some client began an operation while its last one was open.
bool begins_overlap(const Tape& tape) {
  std::map<ClientId, std::uint64_t> free_from;
  for (const auto& operation : tape.result().history.operations()) {
    const auto last = free_from.find(operation.id.client);
    if (last != free_from.end() && last->second > operation.invoked_step) return true;
    free_from[operation.id.client] = operation.is_open() ? UINT64_MAX : operation.responded_step;
  }
  return false;
}

Schedule without_times(Schedule schedule) {
  for (Item& item : schedule) item.decision.at.reset();
  return schedule;
}

class Shrinking {
 public:
  Shrinking(const scenarios::ScenarioFile& file, const Tape& tape, Target target,
            std::uint64_t last, const ShrinkSettings& settings)
      : file_(file),
        settings_(settings),
        target_(std::move(target)),
        frame_(file, tape.scenario(), target_.fingerprint.property),
        reducer_(begun(schedule_of(tape, last))),
        before_(size_of(reducer_.schedule())) {}

  Shrunk shrink() {
    simplify_frame();
    say("what it does not come from");
    reducer_.cut_to_cone();
    say("faults, operations, nodes, timers and messages");
    const Schedule cone = reducer_.schedule();
    reducer_.remove_all_kinds();
    say("the same in other orders", settings_.decisions_max);
    reducer_.remove_in_other_orders(cone, settings_.decisions_max);
    if (frame_.saves != scenarios::Saves::in_step || frame_.clocks) {
      // What is left may do without what the whole run needed.
      simplify_frame();
      reducer_.remove_all_kinds();
    }
    say("clients, and ways that they go");
    leave_out_clients(reducer_, frame_);
    bool nothing_shorter = search();
    if (search_among_fewer()) nothing_shorter = search();
    // Behind the search: whom a client asks at once it asks in all that is searched.
    if (ask_at_once(reducer_)) nothing_shorter = search();
    // Behind the search: with fewer replicas less may be possible.
    say("replicas");
    if (leave_out_replicas(reducer_, frame_)) nothing_shorter = search();
    // Where all is searched that this spends there is room to search what is near it.
    while (nothing_shorter && search_near()) nothing_shorter = search();
    Minimality minimality = nothing_shorter ? Minimality::minimal : Minimality::one_minimal;
    say("names and order");
    simplify_crashes(reducer_);
    rename_contents(reducer_);
    reducer_.put_in_order();
    // Whatever was simplified on the way: nothing more can be left out.
    reducer_.remove_all_kinds();
    if (reducer_.stopped()) minimality = Minimality::unfinished;
    return told(minimality);
  }

 private:
  [[nodiscard]] std::shared_ptr<const LenientPlayer> player_in(const Frame& frame) const {
    return std::make_shared<const LenientPlayer>(frame.scenario(), target_);
  }

  /// With the schedule played as it was, so that all items know where they come from.
  [[nodiscard]] Reducer begun(const Schedule& whole) {
    auto player = player_in(frame_);
    auto played = player->play(whole);
    if (!played)
      throw engine::InputError("'" + target_.fingerprint.property +
                                   "' is not violated by the decisions up to there alone",
                               "choose another violation of the run with --property");
    return {std::move(player), std::move(*played), [this] { return go_on(); }};
  }

  void say(std::string what, std::uint64_t most = 0) {
    progress_.what = std::move(what);
    progress_.most = most;
    played_before_ = reducer_.played();
  }

  bool go_on() { return go_on(reducer_.played() - played_before_); }
  bool go_on(std::uint64_t done) {
    if (!settings_.go_on) return true;
    progress_.done = done;
    progress_.decisions = reducer_.schedule().size();
    progress_.candidates = reducer_.candidates();
    return settings_.go_on(progress_);
  }

  bool attempt_frame(const Frame& frame, const Schedule& candidate) {
    if (!reducer_.attempt_on(player_in(frame), candidate)) return false;
    frame_ = frame;
    return true;
  }

  /// Saves that complete at once, clocks that are right, and no times: whichever of it does as
  /// well.
  void simplify_frame() {
    say("saves, clocks and times");
    Frame simple = frame_;
    simple.saves = scenarios::Saves::in_step;
    simple.clocks = false;
    if (attempt_frame(simple, without_times(reducer_.schedule()))) return;
    simple.saves = frame_.saves;
    if (attempt_frame(simple, without_times(reducer_.schedule()))) return;
    if (!attempt_frame(simple, reducer_.schedule()) && frame_.has_clocks()) simple = frame_;
    simple.saves = scenarios::Saves::in_step;
    attempt_frame(simple, reducer_.schedule());
  }

  /// Searches by what the schedule spends, and where that is too much to search, by what remains
  /// without one of it. True if nothing shorter is possible.
  bool search() {
    say("what a search can do without", settings_.search.states_max);
    for (;;) {
      const Outcome all = search_within(reducer_.schedule(), settings_.search);
      if (all != Outcome::unknown) return all == Outcome::shortest;
      if (!search_with_less()) return false;
    }
  }

  /// Searches by what the schedule spends in clusters of fewer replicas, where the same may be
  /// spent otherwise; takes what is no longer, of the fewest. True if there is such.
  bool search_among_fewer() {
    const auto spending = spending_of(reducer_.player(), reducer_.schedule());
    if (!spending) return false;
    for (std::uint32_t replicas = 1; replicas < frame_.replicas; ++replicas) {
      const auto fewer = among_replicas(reducer_, frame_, replicas);
      if (!fewer) continue;
      scenarios::ExploreSettings spent = *spending;
      // Whose operations they are is all that depends on the nodes.
      spent.plan = spending_of(*fewer->player, fewer->schedule).value().plan;
      if (!take_shortest(fewer->player, spent, settings_.search)) continue;
      frame_ = fewer->frame;
      return true;
    }
    return false;
  }

  enum class Outcome { shortest, other_failure, unknown };

  /// Takes the shortest schedule that spends at most what `spending` does, if it fails alike.
  Outcome search_within(const Schedule& spending, const SearchLimits& limits) {
    const auto spent = spending_of(reducer_.player(), spending);
    if (!spent) return Outcome::unknown;
    const Shortest shortest = find(reducer_.player(), *spent, limits);
    if (!shortest.schedule) return Outcome::unknown;
    const std::size_t size = reducer_.schedule().size();
    if (shortest.schedule->size() >= size)
      return shortest.schedule->size() == size ? Outcome::shortest : Outcome::unknown;
    return reducer_.attempt(by_names(*shortest.schedule)) ? Outcome::shortest
                                                          : Outcome::other_failure;
  }

  /// Takes what is found in another cluster if it is no longer.
  bool take_shortest(const std::shared_ptr<const LenientPlayer>& player,
                     const scenarios::ExploreSettings& spending, const SearchLimits& limits) {
    const Shortest shortest = find(*player, spending, limits);
    return shortest.schedule && shortest.schedule->size() <= reducer_.schedule().size() &&
           reducer_.attempt_on(player, by_names(*shortest.schedule));
  }

  Shortest find(const LenientPlayer& player, const scenarios::ExploreSettings& spending,
                const SearchLimits& limits) {
    Shortest shortest = find_shortest(player, spending, limits,
                                      [this](std::uint64_t states) { return go_on(states); });
    searched_ += shortest.states;
    return shortest;
  }

  /// True if a search that spends one thing less found a shorter one.
  bool search_with_less() {
    const Schedule whole = reducer_.schedule();
    std::vector<ItemGroup> things = fault_groups(whole);
    for (auto* more : {&operation_groups, &timer_groups}) {
      const std::vector<ItemGroup> groups = (*more)(whole);
      things.insert(things.end(), groups.begin(), groups.end());
    }
    std::set<std::string> kinds;
    // All of them together cost as much as the one search before.
    SearchLimits limits = settings_.search;
    limits.states_max /= std::max<std::size_t>(things.size(), 1);
    for (const ItemGroup& thing : things) {
      Schedule less = whole;
      std::string kind;
      std::erase_if(less, [&](const Item& item) {
        const bool gone = std::find(thing.begin(), thing.end(), item.id) != thing.end();
        if (gone) kind += scenarios::kind_of_step(item.decision) + " ";
        return gone;
      });
      // Searches count kinds of crashes and timeouts; operations are each their own.
      if (kind != "begin " && !kinds.insert(kind).second) continue;
      if (search_within(less, limits) == Outcome::shortest &&
          reducer_.schedule().size() < whole.size())
        return true;
      if (reducer_.stopped()) return false;
    }
    return false;
  }

  /// True if a search that spends a little otherwise found a shorter one. All of them together look
  /// at few times the worlds of one.
  bool search_near() {
    const auto spending = spending_of(reducer_.player(), reducer_.schedule());
    if (!spending) return false;
    SearchLimits limits = settings_.search;
    limits.length_max = reducer_.schedule().size() - 1;
    std::uint64_t left = 3 * limits.states_max;
    for (const scenarios::ExploreSettings& near : near_spendings(reducer_.player(), *spending)) {
      limits.states_max = std::min(left, settings_.search.states_max);
      const Shortest shortest = find(reducer_.player(), near, limits);
      if (shortest.schedule && shortest.schedule->size() <= limits.length_max &&
          reducer_.attempt(by_names(*shortest.schedule)))
        return true;
      left -= std::min(left, shortest.states);
      if (reducer_.stopped()) return false;
    }
    return false;
  }

  Shrunk told(Minimality minimality) {
    scenarios::ScriptFile script;
    script.origin = "Shrunk from " + file_.path() + ", seed " + std::to_string(frame_.seed()) +
                    ": " + std::to_string(reducer_.schedule().size()) + " of " +
                    std::to_string(before_.decisions) + " decisions, " + to_text(minimality) + ".";
    // The player may have tried others since.
    ASSERT(reducer_.player().play(reducer_.schedule()).has_value());
    script.about = reducer_.player().violation().message;
    script.sections = frame_.sections();
    script.violation = target_.fingerprint.property;
    engine::World world(reducer_.player().booted());
    scenarios::ScriptTeller teller(world);
    for (const Item& item : reducer_.schedule()) teller.perform(item.decision);
    script.script = teller.told();
    Shrunk shrunk{target_.fingerprint,
                  scenarios::ScenarioFile::parse(to_yaml(script), shrunk_path(file_.path()), {},
                                                 file_.models()),
                  {},
                  minimality,
                  before_,
                  size_of(reducer_.schedule()),
                  reducer_.candidates(),
                  searched_};
    const scenarios::Scenario scenario = shrunk.file.resolve(shrunk.file.seed());
    shrunk.result = scenarios::run(scenario, {});
    ASSERT(shrunk.result.skipped.empty());
    const auto fingerprints = scenarios::fingerprints_of(scenario, shrunk.result);
    ASSERT(std::find(fingerprints.begin(), fingerprints.end(), target_.fingerprint) !=
           fingerprints.end());
    return shrunk;
  }

  const scenarios::ScenarioFile& file_;
  const ShrinkSettings& settings_;
  Target target_;
  Frame frame_;
  ShrinkProgress progress_;
  Reducer reducer_;
  std::uint64_t played_before_ = 0;
  RunSize before_;
  std::uint64_t searched_ = 0;
};

}  // namespace

std::string to_text(Minimality minimality) {
  return minimality == Minimality::one_minimal ? "1-minimal"
                                               : boost::describe::enum_to_string(minimality, "?");
}

namespace {

RunSize size_of(const scenarios::ScenarioFile& file, const scenarios::RunResult& run) {
  RunSize size;
  size.decisions = run.decisions;
  size.operations = run.operations;
  size.faults = faults_in(file);
  size.nodes = run.nodes.size();
  return size;
}

Shrunk shrink_in_time(const scenarios::ScenarioFile& file, const Tape& tape,
                      const scenarios::FoundViolation& found, const ShrinkSettings& settings) {
  if (tape.result().scripted)
    throw engine::InputError("'" + found.violation.property + "' is judged at the end of a script",
                             "shrink the timed run that it came from");
  scenarios::RunResult only = tape.result();
  only.violations = {found};
  const auto fingerprint = scenarios::fingerprints_of(tape.scenario(), only).front();
  bool stopped = false;
  TimedRun reduced = reduce_timed(
      file, tape.result(), fingerprint,
      [&](const std::string& what, std::uint64_t decisions, std::uint64_t candidates) {
        stopped = settings.go_on && !settings.go_on({what, decisions, candidates, 0, 0});
        return !stopped;
      });
  const RunSize after = size_of(reduced.file, reduced.result);
  return {fingerprint,
          std::move(reduced.file),
          std::move(reduced.result),
          stopped ? Minimality::unfinished : Minimality::timed,
          size_of(file, tape.result()),
          after,
          reduced.candidates,
          0};
}

}  // namespace

Shrunk shrink(const scenarios::ScenarioFile& file, Tape& tape, const ShrinkSettings& settings) {
  const scenarios::FoundViolation& found = violation_of(tape, settings.property);
  const std::uint64_t last = found.violation.step;
  if (last == 0 || scenarios::is_judged_at_end(tape.scenario(), found.violation.property))
    return shrink_in_time(file, tape, found, settings);
  if (last <= tape.boots())
    throw engine::InputError("'" + found.violation.property + "' is violated while nodes boot",
                             "there is no decision before that could be left out");
  Target target;
  target.fingerprint =
      scenarios::fingerprint_of(found.violation, kind_of(tape, last), tape.world_at(last));
  target.within_tolerance = !tape.scenario().unlimited_faults;
  target.overlapping = begins_overlap(tape);
  return Shrinking(file, tape, std::move(target), last, settings).shrink();
}

}  // namespace stampede::explain
