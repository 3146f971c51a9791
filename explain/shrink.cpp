#include "explain/shrink.hpp"

#include <algorithm>
#include <set>

#include "explain/frame.hpp"
#include "explain/other_draws.hpp"
#include "explain/reduce.hpp"
#include "explain/schedules.hpp"
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

class Shrinking {
 public:
  Shrinking(const scenarios::ScenarioFile& file, const Tape& tape, Target target,
            std::uint64_t last, const ShrinkSettings& settings)
      : file_(file),
        tape_(tape),
        settings_(settings),
        target_(std::move(target)),
        whole_(file, tape.scenario(), target_.fingerprint.property),
        frame_(whole_),
        reducer_(begun(schedule_of(tape, last))),
        before_(size_of(reducer_.schedule())) {}

  Shrunk shrink() {
    reduce(reducer_, frame_, settings_.decisions_max);
    bool nothing_shorter = shorten();
    if (!nothing_shorter && take_other_draws()) nothing_shorter = shorten();
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
  /// By all that needs no search.
  void reduce(Reducer& reducer, Frame& frame, std::uint64_t decisions_max) {
    say("saves, clocks and times");
    simplify_frame(reducer, frame);
    say("what it does not come from");
    reducer.cut_to_cone();
    say("faults, operations, nodes, timers and messages");
    const Schedule cone = reducer.schedule();
    reducer.remove_all_kinds();
    say("the same in other orders", decisions_max);
    reducer.remove_in_other_orders(cone, decisions_max);
    if (is_simple(frame, reducer.schedule())) return;
    // What is left may do without what the whole run needed.
    say("saves, clocks and times");
    simplify_frame(reducer, frame);
    reducer.remove_all_kinds();
  }

  /// By fewer clients and replicas, and by searches; true if nothing shorter is possible.
  bool shorten() {
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
    return nothing_shorter;
  }

  /// What cannot be searched may be a minimum of this run alone: takes the shortest of a few others
  /// that fail alike. True if it is shorter.
  bool take_other_draws() {
    constexpr int others_max = 6;
    const std::size_t size = reducer_.schedule().size();
    OtherDraws draws(tape_, target_.fingerprint, settings_.draws_max);
    for (int others = 0; others < others_max;) {
      say("what other draws can do without");
      const auto drawn = draws.next([this] { return go_on(); });
      if (!drawn) break;
      Frame frame = whole_;
      frame.seed = drawn->seed;
      const auto player = player_in(frame);
      auto played = player->play(drawn->schedule);
      if (!played) continue;
      ++others;
      Reducer other(player, std::move(*played), [this] { return go_on(); });
      reduce(other, frame, settings_.decisions_max / others_max);
      candidates_ += other.candidates();
      if (other.schedule().size() < reducer_.schedule().size() &&
          reducer_.attempt_on(other.shared_player(), other.schedule()))
        frame_ = frame;
    }
    return reducer_.schedule().size() < size;
  }

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
    progress_.candidates = candidates_ + reducer_.candidates();
    return settings_.go_on(progress_);
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
      if (!look(fewer->player, spent, settings_.search, reducer_.schedule().size()).taken) continue;
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
    const std::size_t size = reducer_.schedule().size();
    const Looked looked = look(reducer_.shared_player(), *spent, limits, size - 1);
    if (looked.taken || looked.length == size) return Outcome::shortest;
    return looked.length != 0 && looked.length < size ? Outcome::other_failure : Outcome::unknown;
  }

  /// What a search came to.
  struct Looked {
    /// Of the shortest schedule; 0 = none was found.
    std::size_t length = 0;
    bool taken = false;
    std::uint64_t states = 0;
  };

  /// Searches what may be spent so, and takes what is found if it fails alike and is no longer than
  /// `length_max`.
  Looked look(const std::shared_ptr<const LenientPlayer>& player,
              const scenarios::ExploreSettings& spending, const SearchLimits& limits,
              std::size_t length_max) {
    const Shortest found = find_shortest(*player, spending, limits,
                                         [this](std::uint64_t states) { return go_on(states); });
    searched_ += found.states;
    Looked looked{found.schedule ? found.schedule->size() : 0, false, found.states};
    looked.taken = found.schedule && looked.length <= length_max &&
                   reducer_.attempt_on(player, by_names(*found.schedule));
    return looked;
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
      const Looked looked = look(reducer_.shared_player(), near, limits, limits.length_max);
      if (looked.taken) return true;
      left -= std::min(left, looked.states);
      if (reducer_.stopped()) return false;
    }
    return false;
  }

  [[nodiscard]] std::string origin(Minimality minimality) const {
    const std::string size = std::to_string(reducer_.schedule().size());
    const std::string before = std::to_string(before_.decisions) + " decisions";
    std::string text =
        "Shrunk from " + file_.path() + ", seed " + std::to_string(whole_.seed) + ": ";
    if (frame_.seed == whole_.seed) {
      text += size + " of " + before;
    } else {
      text += size + " instead of " + before + ", of its run under the draws of seed " +
              std::to_string(frame_.seed) + ", which fails alike";
    }
    return text + ", " + to_text(minimality) + ".";
  }

  Shrunk told(Minimality minimality) {
    scenarios::ScriptFile script;
    script.origin = origin(minimality);
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
                  candidates_ + reducer_.candidates(),
                  searched_,
                  frame_.seed};
    const scenarios::Scenario scenario = shrunk.file.resolve(shrunk.file.seed());
    shrunk.result = scenarios::run(scenario, {});
    ASSERT(shrunk.result.skipped.empty());
    const auto fingerprints = scenarios::fingerprints_of(scenario, shrunk.result);
    ASSERT(std::find(fingerprints.begin(), fingerprints.end(), target_.fingerprint) !=
           fingerprints.end());
    return shrunk;
  }

  const scenarios::ScenarioFile& file_;
  const Tape& tape_;
  const ShrinkSettings& settings_;
  Target target_;
  /// Of the run as it was.
  const Frame whole_;
  Frame frame_;
  ShrinkProgress progress_;
  Reducer reducer_;
  std::uint64_t played_before_ = 0;
  RunSize before_;
  std::uint64_t searched_ = 0;
  /// Of other reducers.
  std::uint64_t candidates_ = 0;
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
          0,
          tape.scenario().seed};
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
  target.fingerprint = fingerprint_of(tape, found.violation);
  target.within_tolerance = !tape.scenario().unlimited_faults;
  target.overlapping = begins_overlap(tape);
  return Shrinking(file, tape, std::move(target), last, settings).shrink();
}

}  // namespace stampede::explain
