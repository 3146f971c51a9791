// Golden tests: each script under tests/golden is played, and all that happens is compared with the
// text beside it, byte for byte. The name of the test is the script's `about`. With
// STAMPEDE_REWRITE=1 in the environment what happens is taken over as the text; review the diff.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/core/difference.hpp"
#include "engine/world/decision_text.hpp"
#include "scenarios/running/run.hpp"
#include "tests/golden/rewriting.hpp"

namespace stampede::tests {
namespace {

namespace fs = std::filesystem;
using engine::Document;
using engine::Event;
using engine::EventKind;

std::string contents(const fs::path& path) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Writes down the decisions of a script, with all that came of each.
class Account final : public engine::WorldObserver {
 public:
  /// `booted`: how many run from the beginning.
  Account(std::vector<std::string> names, std::size_t booted)
      : names_(std::move(names)), states_(names_.size()), booted_(booted) {}

  [[nodiscard]] const std::string& text() const { return text_; }

  bool wants_state(std::uint64_t, NodeId) const override { return true; }
  void event(const Event& event) override {
    // Nodes boot in order, each by a decision, before the script begins.
    const bool told = event.step > booted_;
    if (event.kind == EventKind::state) {
      Document state = engine::parse_json(event.detail, "state");
      Document& before = states_[event.node.value];
      const std::string changes = engine::difference_text(engine::difference(before, state));
      if (told && !changes.empty()) text_ += "    " + names_.of(event.node) + ": " + changes + "\n";
      before = std::move(state);
    } else if (told && event.kind != EventKind::observe) {
      text_ += (is_decision(event.kind) ? "" : "    ") + engine::event_text(event, names_) + "\n";
    }
  }

 private:
  engine::NodeNames names_;
  std::vector<Document> states_;
  std::size_t booted_;
  std::string text_;
};

std::string play(const fs::path& script) {
  const auto file = scenarios::ScenarioFile::load(script.string(), {});
  const scenarios::Scenario scenario = file.resolve(file.seed());
  std::vector<std::string> names;
  for (const engine::NodeSpec& node : scenario.model->assemble(scenario.cluster).nodes)
    names.push_back(node.name);
  const std::size_t booted = names.size() - scenario.cluster.spares;
  Account account(std::move(names), booted);
  scenarios::RunSettings settings;
  settings.observer = &account;
  const scenarios::RunResult result = scenarios::run(scenario, settings);
  CHECK(scenarios::as_expected(scenario, result));
  for (const scenarios::ScriptRemark& remark : result.skipped)
    FAIL_CHECK("script step " << remark.script_step << " was not possible: " << remark.text);
  for (const scenarios::ScriptRemark& remark : result.failed_expectations)
    FAIL_CHECK("script step " << remark.script_step << ": " << remark.text);
  return account.text();
}

class GoldenTest final : public Catch::ITestInvoker {
 public:
  explicit GoldenTest(fs::path script) : script_(std::move(script)) {}

  void invoke() const override {
    INFO(script_.string());
    const std::string happened = play(script_);
    fs::path golden = script_;
    golden.replace_extension(".txt");
    if (is_rewriting()) std::ofstream(golden) << happened;
    const std::string expected = contents(golden);
    if (happened == expected) return;
    // The first line that differs says more than both texts.
    std::istringstream left(expected);
    std::istringstream right(happened);
    std::string wanted;
    std::string found;
    std::size_t number = 0;
    do {
      ++number;
      wanted = found = "(end)";
      std::getline(left, wanted);
      std::getline(right, found);
    } while (wanted == found);
    FAIL(golden.filename().string() << ":" << number << ": expected\n"
                                    << wanted << "\nand found\n"
                                    << found);
  }

 private:
  fs::path script_;
};

/// The text after `about: `, which each script has in its first lines.
std::string about(const fs::path& script) {
  const std::string text = contents(script);
  const std::size_t begin = text.find("about: ") + 7;
  std::string line = text.substr(begin, text.find('\n', begin) - begin);
  std::erase(line, '"');
  return line;
}

/// Registers a test for each script.
struct GoldenTests {
  std::vector<std::unique_ptr<Catch::AutoReg>> registered;

  GoldenTests() {
    const fs::path root = fs::path(STAMPEDE_SOURCE_DIR) / "tests" / "golden";
    std::vector<fs::path> scripts;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.path().extension() == ".yaml") scripts.push_back(entry.path());
    }
    std::sort(scripts.begin(), scripts.end());
    for (const fs::path& script : scripts) {
      const std::string tags = "[paper][" + script.parent_path().filename().string() + "]";
      registered.push_back(std::make_unique<Catch::AutoReg>(
          new GoldenTest(script), CATCH_INTERNAL_LINEINFO, Catch::StringRef(),
          Catch::NameAndTags(about(script), tags)));
    }
  }
};

const GoldenTests golden_tests;

}  // namespace
}  // namespace stampede::tests
