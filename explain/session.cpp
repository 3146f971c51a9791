#include "explain/session.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "explain/tape.hpp"
#include "scenarios/running/judging.hpp"
#include "scenarios/running/run_in_progress.hpp"

namespace stampede::explain {

using scenarios::Choice;
using scenarios::Chosen;
using scenarios::SteppedRun;

States states_of(const engine::World& world) {
  States states;
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    states.push_back(world.up(NodeId{i}) ? engine::parse_json(world.state_json(NodeId{i}), "state")
                                         : engine::Document{});
  }
  return states;
}

Session::Session(scenarios::ScenarioFile file, scenarios::Scenario scenario)
    : file_(std::move(file)),
      owned_scenario_(std::make_unique<const scenarios::Scenario>(std::move(scenario))),
      scenario_(*owned_scenario_),
      run_(std::make_unique<SteppedRun>(scenario_)) {
  turns_.push_back({start, start, nullptr, world().step(), world().digest()});
  names_[current_] = {start, true};
}

std::vector<Offer> Session::offers() const {
  std::vector<Offer> offers;
  for (engine::Decision& decision : enabled(world())) {
    Offer offer{std::move(decision)};
    if (offer.decision.kind == engine::DecisionKind::deliver) {
      const engine::MessageName& name = offer.decision.message;
      const engine::MessageSlot slot = world().find_message(name).value();
      if (run_->is_held(world().message(slot))) continue;
      offer.due = run_->arrival(slot);
      offer.cut = run_->is_cut(name.from, name.to);
    } else if (offer.decision.kind == engine::DecisionKind::fire && run_->in_time()) {
      const NodeId node = offer.decision.timer.node;
      const std::uint32_t slot = world().find_timers(offer.decision.timer).front();
      offer.due = world().local(node).timers[slot].deadline;
    }
    offers.push_back(std::move(offer));
  }
  std::stable_sort(offers.begin(), offers.end(), [](const Offer& left, const Offer& right) {
    return left.due && (!right.due || *left.due < *right.due);
  });
  return offers;
}

Foresight Session::foresee(const engine::Decision& decision, const ForesightBound& bound) const {
  const scenarios::RunInProgress in_progress(world());
  return explain::foresee(world(), decision, bound, [&](const engine::World& ahead) {
    return scenarios::judge_history(scenario_, ahead.history(), "").violations;
  });
}

std::vector<engine::Violation> Session::violations() const {
  std::vector<engine::Violation> all = world().violations();
  for (engine::Violation& judged :
       scenarios::judge_history(scenario_, world().history(), "").violations)
    all.push_back(std::move(judged));
  std::erase_if(all, [&](const engine::Violation& one) {
    return one.property != "no-exception" && !scenario_.is_checked(one.property);
  });
  return all;
}

// ----- choices -----

Chosen Session::choose(const Choice& choice, engine::WorldObserver* observer) {
  const scenarios::RunInProgress in_progress(world());
  const Chosen chosen = run_->make(choice, observer);
  if (!chosen.made) return chosen;
  if (choice.kind == Choice::Kind::next && is_next_again()) {
    here_ = turns_[here_].behind;
    return chosen;
  }
  keep_what_followed();
  const auto turn = static_cast<Turn>(turns_.size());
  turns_[here_].behind = turn;
  turns_.push_back(
      {here_, turn,
       choice.kind == Choice::Kind::next ? nullptr : std::make_shared<const Choice>(choice),
       world().step(), world().digest()});
  here_ = turn;
  names_[current_].turn = turn;
  unsaved_ = true;
  return chosen;
}

bool Session::is_next_again() const {
  const Taken& behind = turns_[turns_[here_].behind];
  return &behind != &turns_[here_] && behind.choice == nullptr && behind.step == world().step() &&
         behind.digest == world().digest();
}

// What was undone before something else is chosen gets a name, unless it has one.
void Session::keep_what_followed() {
  const Turn tip = names_.at(current_).turn;
  const auto named = std::count_if(names_.begin(), names_.end(),
                                   [&](const auto& one) { return one.second.turn == tip; });
  if (tip == here_ || named > 1) return;
  std::string name;
  for (std::size_t i = 1; name.empty() || names_.contains(name); ++i)
    name = current_ + "-" + std::to_string(i);
  names_[name] = {tip, true};
}

// ----- back and forth -----

std::vector<Session::Turn> Session::way_to(Turn turn) const {
  std::vector<Turn> way;
  for (; turn != start; turn = turns_[turn].before) way.push_back(turn);
  std::reverse(way.begin(), way.end());
  return way;
}

void Session::advance(SteppedRun& run, Turn turn, engine::WorldObserver* observer) const {
  const Taken& taken = turns_[turn];
  const bool made = run.make(taken.choice == nullptr ? Choice{} : *taken.choice, observer).made;
  ASSERT(made && run.world().step() == taken.step && run.world().digest() == taken.digest);
}

std::unique_ptr<SteppedRun> Session::run_to(Turn turn, engine::WorldObserver* observer) const {
  auto run = std::make_unique<SteppedRun>(scenario_, observer);
  for (const Turn one : way_to(turn)) advance(*run, one, observer);
  return run;
}

void Session::stand_at(Turn turn) {
  const std::vector<Turn> way = way_to(turn);
  const auto here = std::find(way.begin(), way.end(), here_);
  if (here_ == start || here != way.end()) {
    for (auto next = here_ == start ? way.begin() : here + 1; next != way.end(); ++next)
      advance(*run_, *next);
  } else {
    run_ = run_to(turn);
  }
  here_ = turn;
}

bool Session::undo(std::uint64_t choices) {
  Turn turn = here_;
  for (; choices != 0; --choices) {
    if (turn == start) return false;
    turn = turns_[turn].before;
  }
  stand_at(turn);
  return true;
}

bool Session::redo(std::uint64_t choices) {
  Turn turn = here_;
  for (; choices != 0; --choices) {
    if (turns_[turn].behind == turn) return false;
    turn = turns_[turn].behind;
  }
  stand_at(turn);
  return true;
}

std::optional<Session::Turn> Session::find(std::uint64_t step) const {
  std::vector<Turn> way = way_to(here_);
  way.insert(way.begin(), start);
  for (Turn turn = here_; turns_[turn].behind != turn;) way.push_back(turn = turns_[turn].behind);
  const auto found =
      std::find_if(way.begin(), way.end(), [&](Turn turn) { return turns_[turn].step >= step; });
  return found == way.end() ? std::nullopt : std::optional(*found);
}

bool Session::go_to(std::uint64_t step) {
  const std::optional<Turn> turn = find(step);
  if (turn) stand_at(*turn);
  return turn.has_value();
}

bool Session::go_to(const std::string& name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return false;
  stand_at(found->second.turn);
  if (found->second.is_branch) current_ = name;
  return true;
}

bool Session::mark(const std::string& name) {
  const auto found = names_.find(name);
  if (found != names_.end() && found->second.is_branch) return false;
  names_[name] = {here_, false};
  return true;
}

bool Session::branch(const std::string& name) {
  if (names_.contains(name)) return false;
  names_[name] = {here_, true};
  current_ = name;
  return true;
}

std::map<std::string, Session::Name> Session::names() const {
  std::map<std::string, Name> all;
  for (const auto& [name, named] : names_)
    all[name] = {turns_[named.turn].step, named.is_branch, name == current_};
  return all;
}

std::optional<States> Session::states_at(const std::string& name) const {
  const auto found = names_.find(name);
  if (found == names_.end()) return std::nullopt;
  return states_of(run_to(found->second.turn)->world());
}

std::optional<States> Session::states_at(std::uint64_t step) const {
  const std::optional<Turn> turn = find(step);
  if (!turn) return std::nullopt;
  return states_of(run_to(*turn)->world());
}

States Session::states_before() const { return states_of(run_to(turns_[here_].before)->world()); }

void Session::tell(engine::WorldObserver& observer) const {
  static_cast<void>(run_to(here_, &observer));
}

Session stored_session(const traces::RunRecord& record, const scenarios::RerunSettings& settings) {
  scenarios::Scenario scenario = stored_tape(record, settings).scenario();
  std::vector<std::string> overrides = record.overrides;
  overrides.insert(overrides.end(), settings.overrides.begin(), settings.overrides.end());
  return Session(scenarios::ScenarioFile::parse(record.scenario_text, record.scenario_file,
                                                overrides, settings.models),
                 std::move(scenario));
}

}  // namespace stampede::explain
