// scenarios/scenario.schema.json says to an editor what the loader says to us. Another program, the
// jsonschema of Python, judges by it.
#include "scenarios/documents/json_schema.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/documents/yaml.hpp"
#include "scenarios/reading/scenario_schema.hpp"

namespace {

using namespace stampede;
using engine::Document;
using Json = nlohmann::json;

const std::string root = STAMPEDE_SOURCE_DIR;

Json committed_schema() {
  return Json::parse(std::ifstream(root + "/scenarios/scenario.schema.json"));
}

/// What other readers of YAML see: a plain scalar is a number, a boolean or null if it looks like
/// one.
Json json_of(const Document& document) {
  if (document.is_sequence()) {
    Json items = Json::array();
    for (const Document& item : document.items) items.push_back(json_of(item));
    return items;
  }
  if (document.is_mapping()) {
    Json members = Json::object();
    for (const Document::Entry& entry : document.entries) members[entry.key] = json_of(entry.value);
    return members;
  }
  if (!document.is_scalar()) return nullptr;
  const Json plain = Json::parse(document.text, nullptr, false);
  return document.quoted || plain.is_discarded() ? Json(document.text) : plain;
}

/// By document, `fits` or the first place that does not fit.
std::vector<std::string> verdicts(const std::vector<Document>& documents, const std::string& name) {
  const auto base = std::filesystem::temp_directory_path() / ("stampede_json_schema_" + name);
  const std::string input = base.string() + ".ndjson";
  const std::string output = base.string() + ".txt";
  std::ofstream lines(input);
  for (const Document& document : documents) lines << json_of(document).dump() << '\n';
  lines.close();
  const std::string command = "python3 " + root + "/tests/scenarios/schema_verdicts.py " + root +
                              "/scenarios/scenario.schema.json " + input + " > " + output;
  REQUIRE(std::system(command.c_str()) == 0);
  std::vector<std::string> list;
  std::ifstream said(output);
  for (std::string line; std::getline(said, line);) list.push_back(line);
  REQUIRE(list.size() == documents.size());
  return list;
}

/// Counts what stands in the schema, by what it says.
void count(const Json& json, std::map<std::string, int>& times) {
  if (json.is_object()) ++times[json.dump()];
  for (const Json& inside : json) {
    if (inside.is_structured()) count(inside, times);
  }
}

}  // namespace

TEST_CASE("json schema: every scenario of the catalogue fits", "[text]") {
  std::vector<std::string> paths = {root + "/tests/bench/viewstamped-steady-state.yaml"};
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root + "/scenarios/catalogue")) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  REQUIRE(paths.size() > 50);
  std::vector<Document> documents;
  for (const std::string& path : paths) documents.push_back(scenarios::load_yaml_file(path));
  const std::vector<std::string> found = verdicts(documents, "catalogue");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    INFO(paths[i]);
    CHECK(found[i] == "fits");
  }
}

TEST_CASE("json schema: what the loader refuses does not fit, at the same place", "[input]") {
  const std::string cluster = "cluster: { model: viewstamped }\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"clustr: { model: viewstamped }", "/"},
      {"cluster: { replicas: 3 }", "/cluster"},
      {"cluster: { model: viewstampt }", "/cluster/model"},
      {"cluster: { model: viewstamped, replicas: 64 }", "/cluster/replicas"},
      {"cluster: { model: viewstamped, replicas: { one_of: [] } }", "/cluster/replicas"},
      {"cluster: { model: viewstamped, replicas: { between: [1, 3, 5] } }", "/cluster/replicas"},
      {"cluster: { model: { between: [paxos, viewstamped] } }", "/cluster/model"},
      {cluster + "about: [a, b]", "/about"},
      {cluster + "checks: agreement", "/checks"},
      {cluster + "workload: { operations: 10x }", "/workload/operations"},
      {cluster + "workload: { think_time: 5 }", "/workload/think_time"},
      {cluster + "workload: { think_time: -5ms }", "/workload/think_time"},
      {cluster + "workload: { open_loop: perhaps }", "/workload/open_loop"},
      {cluster + "network: { loss: -1% }", "/network/loss"},
      {cluster + "network: { loss: { one_of: [1%, often] } }", "/network/loss"},
      {cluster + "network: { latency: { exponential: { floor: 1ms } } }", "/network/latency"},
      {cluster + "network: { latency: { constant: 1ms, uniform: [1ms, 2ms] } }",
       "/network/latency"},
      {cluster + "faults: [{ name: nothing }]", "/faults/0"},
      {cluster + "faults: [{ crash: r0, pause: r1 }]", "/faults/0"},
      {cluster + "faults: [{ ring: true }, { crash: { nodes: { random: [1] } } }]",
       "/faults/1/crash"},
      {cluster + "faults: [{ crash: r0, when: { nth: 2 } }]", "/faults/0/when"},
      {cluster + "faults: [{ crash: { nodes: r0, until: { sent: A, by: { node: r0 } } } }]",
       "/faults/0/crash"},
      {cluster + "faults: [{ clock: { nodes: r0, drift: fast } }]", "/faults/0/clock/drift"},
      {cluster + "explore: { crashes: some }", "/explore/crashes"},
      {cluster + "explore: { caps: { epoch: unlimited } }", "/explore/caps/epoch"},
      {cluster + "script: [{ deliver: A r0->r1, drop: A r0->r1 }]", "/script/0"},
      {cluster + "script: [{ clock: { node: r0, advance: 5 } }]", "/script/0/clock/advance"},
      {cluster + "expect: fine", "/expect"},
  };
  std::vector<Document> documents;
  for (const auto& [text, place] : cases) {
    INFO(text);
    documents.push_back(scenarios::parse_yaml(text, "s.yaml"));
    CHECK_THROWS_AS(scenarios::validate(documents.back(), *scenarios::scenario_schema()),
                    engine::InputError);
  }
  const std::vector<std::string> found = verdicts(documents, "broken");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(cases[i].first);
    CHECK(found[i] == cases[i].second);
  }
}

TEST_CASE("json schema: nothing large is said twice", "[text]") {
  const Json schema = committed_schema();
  std::map<std::string, int> times;
  count(schema, times);
  for (const auto& [said, often] : times) {
    INFO(said);
    CHECK((often == 1 || said.size() < 1000));
  }
}

TEST_CASE("json schema: what has a name is defined once and means one thing", "[unit]") {
  using scenarios::defined;
  using scenarios::list;
  const auto fields = [](const scenarios::SchemaPtr& first, const scenarios::SchemaPtr& second) {
    return scenarios::mapping({{"first", first, "the one"}, {"second", second, ""}});
  };
  const auto lengths = [] { return defined("lengths", list(scenarios::count())); };
  const Json json =
      Json::parse(scenarios::json_schema(*fields(lengths(), lengths()), "title", "about"));
  CHECK(json["properties"]["first"] ==
        Json{{"$ref", "#/$defs/lengths"}, {"description", "the one"}});
  CHECK(json["properties"]["second"] == Json{{"$ref", "#/$defs/lengths"}});
  CHECK(json["$defs"].size() == 2);
  CHECK(json["$defs"]["lengths"]["items"] == Json{{"$ref", "#/$defs/count"}});
  const auto other = fields(lengths(), defined("lengths", list(scenarios::duration())));
  CHECK_THROWS_AS(scenarios::json_schema(*other, "title", "about"), engine::AssertionFailed);
}
