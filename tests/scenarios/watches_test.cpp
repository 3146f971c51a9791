#include <catch2/catch.hpp>
#include <filesystem>

#include "scenarios/reading/checks.hpp"
#include "scenarios/running/run.hpp"
#include "traces/schedule.hpp"

using namespace stampede;

namespace {

/// A property under another name, fed with every change of what it judges: all, or one group.
class FedWithAll final : public engine::Monitor {
 public:
  explicit FedWithAll(std::unique_ptr<engine::Monitor> inner)
      : Monitor("all/" + inner->property()), inner_(std::move(inner)) {
    judge_group(inner_->group(), property());
  }
  std::unique_ptr<engine::Monitor> clone() const override {
    return std::make_unique<FedWithAll>(inner_->clone());
  }
  unsigned hooks() const override { return inner_->hooks(); }
  std::uint32_t steps_of() const override { return inner_->steps_of(); }
  engine::Payload state() const override { return inner_->state(); }
  void restore(const engine::Payload& state) override { inner_->restore(state); }
  void sent(const engine::MessageSeen& seen, engine::Judge& judge) override {
    inner_->sent(seen, judge);
  }
  void delivered(const engine::MessageSeen& seen, engine::Judge& judge) override {
    inner_->delivered(seen, judge);
  }
  void observed(const engine::ObservationChanged& change, engine::Judge& judge) override {
    inner_->observed(change, judge);
  }
  void stepped(const engine::Stepped& step, engine::Judge& judge) override {
    inner_->stepped(step, judge);
  }
  void invoked(const engine::Invoked& invoked, engine::Judge& judge) override {
    inner_->invoked(invoked, judge);
  }
  void responded(const engine::Responded& responded, engine::Judge& judge) override {
    inner_->responded(responded, judge);
  }
  void crashed(const engine::Crashed& crashed, engine::Judge& judge) override {
    inner_->crashed(crashed, judge);
  }
  void restarted(const engine::Restarted& restarted, engine::Judge& judge) override {
    inner_->restarted(restarted, judge);
  }
  void finished(const engine::Finished& finished, engine::Judge& judge) override {
    inner_->finished(finished, judge);
  }

 private:
  std::unique_ptr<engine::Monitor> inner_;
};

/// Plays the scenario's script under each property and its twin. Returns how many were violated.
std::size_t compare_twins(const scenarios::Scenario& scenario) {
  const auto world = scenarios::build_world(scenario);
  const std::size_t count = world->monitors().size();
  for (std::size_t i = 0; i < count; ++i)
    world->add_monitor(std::make_unique<FedWithAll>(world->monitors()[i]->clone()));
  world->start();
  scenarios::play(scenario.script, *world, false);
  for (std::size_t i = 0; i < count; ++i) {
    INFO(world->monitors()[i]->property());
    CHECK(world->monitors()[i]->state() == world->monitors()[count + i]->state());
  }
  std::size_t violated = 0;
  std::size_t thrown = 0;
  for (const engine::Violation& one : world->violations()) {
    UNSCOPED_INFO(one.property << ": " << one.message);
    if (one.property.starts_with("all/")) continue;
    ++violated;
    // Found by the step itself.
    if (one.property == "no-exception") {
      ++thrown;
      continue;
    }
    const bool both = std::any_of(world->violations().begin(), world->violations().end(),
                                  [&](const engine::Violation& twin) {
                                    return twin.property == "all/" + one.property &&
                                           twin.step == one.step && twin.message == one.message;
                                  });
    CHECK(both);
  }
  CHECK(world->violations().size() == 2 * violated - thrown);
  return violated;
}

}  // namespace

TEST_CASE("properties: one that watches some fields only finds what it finds watching all",
          "[scenarios]") {
  const std::string root = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/";
  std::size_t violated = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root + "bugs")) {
    INFO(entry.path());
    const auto file = scenarios::ScenarioFile::load(entry.path().string(), {});
    scenarios::Scenario scenario = file.resolve(1);
    if (!scenario.script.empty()) violated += compare_twins(scenario);
  }
  // Each of the scripts breaks at least one.
  CHECK(violated >= 11);
  for (const char* name :
       {"viewstamped/swarm", "viewstamped/power-loss", "bugs/vrr-state-transfer-truncates-random",
        "bugs/vrr-commit-number-assigned-random"}) {
    const auto file = scenarios::ScenarioFile::load(root + name + ".yaml", {});
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      INFO(name << " seed " << seed);
      scenarios::Scenario scenario = file.resolve(seed);
      std::vector<std::string> names;
      for (const auto& node : scenario.model->assemble(scenario.cluster).nodes)
        names.push_back(node.name);
      traces::ScheduleRecorder recorder{engine::NodeNames(names)};
      scenarios::RunSettings settings;
      settings.observer = &recorder;
      scenarios::run(scenario, settings);
      scenarios::drive_by_schedule(scenario, recorder.take());
      compare_twins(scenario);
    }
  }
}
