// docs/scenarios.md is right: its reference is what the loader's table says, what it says of
// defaults is what happens, and the catalogue has the shapes that it names.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <set>

#include "scenarios/documents/yaml.hpp"
#include "scenarios/reading/scenario_schema.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"
#include "tests/docs/document.hpp"
#include "tests/golden/rewriting.hpp"

namespace {

using namespace stampede;
using docs::root;
using scenarios::Field;
using scenarios::ScenarioFile;
using scenarios::Schema;

std::string text_of(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Calls `visit` for each key that the schema knows, with its path.
void each_field(const Schema& schema, const std::string& path,
                const std::function<void(const std::string&, const Field&)>& visit) {
  for (const Field& field : schema.fields) {
    const std::string inner = path.empty() ? field.name : path + "." + field.name;
    visit(inner, field);
    each_field(*field.schema, inner, visit);
  }
  if (schema.element) each_field(*schema.element, path, visit);
  for (const scenarios::SchemaPtr& alternative : schema.alternatives)
    each_field(*alternative, path, visit);
}

/// Its keys, or the values it has, are an example by themselves.
bool explains_itself(const Schema& schema) {
  if (!schema.fields.empty() || !schema.values.empty()) return true;
  if (schema.kind == Schema::Kind::boolean) return true;
  if (schema.element)
    return schema.element->kind == Schema::Kind::any || explains_itself(*schema.element);
  for (const scenarios::SchemaPtr& alternative : schema.alternatives) {
    if (explains_itself(*alternative)) return true;
  }
  return false;
}

const std::string base =
    "cluster: { model: multi_paxos }\n"
    "workload: { operations: 40 }\n"
    "network: { order: fifo }\n"
    "limits: { virtual_time: 3s }\n"
    "explore: { plan: { c0: [{ put: [x, 1] }] } }\n";

ScenarioFile with(const std::vector<std::string>& overrides) {
  return ScenarioFile::parse(base, "base.yaml", overrides);
}

std::uint64_t digest(const std::vector<std::string>& overrides) {
  return scenarios::run(with(overrides).resolve(3), {}).digest;
}

std::uint64_t states(const std::vector<std::string>& overrides) {
  return scenarios::explore(with(overrides).resolve(3), {}).search.figures.unique_states;
}

}  // namespace

TEST_CASE("scenarios document: its reference is what the loader's table says", "[docs]") {
  const std::string path = root + "docs/scenarios.md";
  const std::string mark = "## Reference\n\n";
  const std::string document = text_of(path);
  const std::size_t place = document.find(mark);
  REQUIRE(place != std::string::npos);
  const std::string wanted =
      document.substr(0, place + mark.size()) + scenarios::scenario_reference();
  if (is_rewriting()) std::ofstream(path) << wanted;
  CHECK(document == wanted);
}

TEST_CASE("scenarios document: every key has a default or an example, and they fit", "[docs]") {
  std::size_t keys = 0;
  each_field(*scenarios::scenario_schema(), "", [&](const std::string& path, const Field& field) {
    INFO(path);
    ++keys;
    CHECK_FALSE(field.about.empty());
    const Schema& schema = *field.schema;
    CHECK((!schema.by_default.empty() || !schema.example.empty() || explains_itself(schema) ||
           field.name == "wait"));
    for (const std::string& text : {schema.by_default, schema.example}) {
      if (text.empty()) continue;
      INFO(text);
      const engine::Document document = scenarios::parse_yaml("value: " + text, "table");
      CHECK_NOTHROW(scenarios::validate(document.at("value"), schema));
    }
  });
  CHECK(keys > 250);
}

TEST_CASE("scenarios document: what holds by default is what happens without the key", "[docs]") {
  const std::set<std::string> sections = {"cluster", "workload", "network", "clocks", "limits"};
  const std::uint64_t expected = digest({});
  const std::uint64_t expected_states = states({});
  std::size_t compared = 0;
  each_field(*scenarios::scenario_schema(), "", [&](const std::string& path, const Field& field) {
    const std::string& value = field.schema->by_default;
    if (value.empty()) return;
    const std::string section = path.substr(0, path.find('.'));
    const bool top = path == section;
    if (!top && sections.count(section) == 0 && section != "explore") return;
    INFO(path << " = " << value);
    ++compared;
    if (section == "explore") {
      // A plan of its own excludes what is made by number.
      if (field.name == "operations") {
        const std::string planless = "explore={}";
        CHECK(states({planless}) == states({"explore={operations: " + value + "}"}));
      } else {
        CHECK(states({path + "=" + value}) == expected_states);
      }
    } else if (path == "network.order") {
      CHECK(digest({"network={}"}) == digest({"network={order: " + value + "}"}));
    } else if (path == "workload.operations" || path == "limits.virtual_time") {
      CHECK(digest({section + "={}"}) == digest({path + "=" + value}));
    } else {
      CHECK(digest({path + "=" + value}) == expected);
    }
  });
  CHECK(compared > 30);
  // What is no default makes a difference that the comparison sees.
  for (const char* other : {"workload.keys=6", "network.loss=1%", "cluster.clients=2",
                            "workload.think_time=2ms", "clocks.drift=1%"}) {
    INFO(other);
    CHECK(digest({other}) != expected);
  }
  CHECK(states({"explore.duplicates=1"}) != expected_states);
}

TEST_CASE("scenarios document: every random scenario of a bug is in the table, under its shape",
          "[docs]") {
  const std::string bugs = root + "scenarios/catalogue/bugs/";
  std::set<std::string> named;
  const std::regex quoted("`([^`]+)`");
  for (const std::string& line : docs::read_lines(root + "docs/scenarios.md")) {
    const std::size_t cell = line.find(" | `");
    if (line.rfind("| ", 0) != 0 || cell == std::string::npos) continue;
    const std::string shape = line.substr(0, cell);
    const std::string finds = line.substr(cell);
    for (std::sregex_iterator name(finds.begin(), finds.end(), quoted), end; name != end; ++name) {
      const std::string path = bugs + (*name)[1].str() + "-random.yaml";
      if (!std::filesystem::exists(path)) continue;
      named.insert((*name)[1].str());
      const std::string text = text_of(path);
      for (std::sregex_iterator kind(shape.begin(), shape.end(), quoted); kind != end; ++kind) {
        INFO(path << " has " << (*kind)[1]);
        CHECK(text.find((*kind)[1].str() + ":") != std::string::npos);
      }
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(bugs)) {
    std::string name = entry.path().stem().string();
    if (!name.ends_with("-random")) continue;
    name.resize(name.size() - std::string("-random").size());
    INFO(name);
    CHECK(named.count(name) == 1);
  }
}

TEST_CASE("scenarios document: its examples are read", "[docs]") {
  std::string block;
  std::size_t blocks = 0;
  bool inside = false;
  for (const std::string& line : docs::read_lines(root + "docs/scenarios.md")) {
    if (line == "```yaml") {
      inside = true;
      block.clear();
    } else if (line == "```" && inside) {
      inside = false;
      ++blocks;
      if (block.find("cluster:") == std::string::npos)
        block = "cluster: { model: viewstamped }\n" + block;
      INFO(block);
      CHECK_NOTHROW(ScenarioFile::parse(block, "example.yaml", {}));
    } else if (inside) {
      block += line + "\n";
    }
  }
  CHECK(blocks == 5);
}
