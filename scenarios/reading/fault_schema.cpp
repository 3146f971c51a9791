#include "scenarios/reading/fault_schema.hpp"

#include <algorithm>

namespace stampede::scenarios {

SchemaPtr latency_schema() {
  return defined(
      "latency",
      choice({duration(),
              mapping(
                  {{"constant", such_as("3ms", duration()), "always this long"},
                   {"uniform", such_as("[1ms, 5ms]", list(duration())), "[least, most]"},
                   {"exponential",
                    mapping({{"floor", such_as("0.2ms", duration()), "never below", true},
                             {"mean", such_as("2ms", duration()), "mean above the floor", true}}),
                    "a floor plus an exponential"},
                   {"bimodal",
                    mapping({{"usual", such_as("1ms", duration()), "nearly always this long", true},
                             {"rare", such_as("80ms", duration()), "sometimes this long", true},
                             {"rate", such_as("1%", rate()), "how often the rare one", true}}),
                    "mostly one, rarely the other"}},
                  {"constant", "uniform", "exponential", "bimodal"})}));
}

namespace {

SchemaPtr nodes_schema() {
  return defined(
      "nodes",
      choice({text(), list(text()),
              mapping({{"random", such_as("2", text()),
                        "so many replicas, drawn anew each time; '2 of masters': of that group"},
                       {"zone", such_as("asia", text()),
                        "who stands there; clients do not crash with it"}},
                      {"random", "zone"})}));
}

SchemaPtr trigger_schema() {
  const SchemaPtr node_names = choice({text(), list(text())});
  return defined(
      "trigger",
      mapping(
          {{"sent", such_as("Prepare", text()), "a message of this type is sent"},
           {"delivered", such_as("PrepareOk", text()), "a message of this type is handled"},
           {"role_change", boolean(), "leadership, epoch or readiness of some node changes"},
           {"probe", such_as("view-change", text()), "a node reaches this rare situation"},
           {"by", such_as("r1", node_names), "who sends it (sent) or handles it (delivered)"},
           {"from", such_as("[r0, r2]", node_names), "its sender"},
           {"to", such_as("r1", node_names), "its receiver"},
           {"nth", usually("1", integer(1, 1'000'000)), "which such event, counted over the run"}},
          {"sent", "delivered", "role_change", "probe"}));
}

std::vector<Field> timing_fields() {
  return {
      {"name", such_as("first-crash", text()), "what to call it; randomness goes by it"},
      {"at", usually("0s", duration()), "begins then"},
      {"every",
       such_as(
           "{ mean: 300ms }",
           defined("every", choice({duration(), mapping({{"mean", such_as("300ms", duration()),
                                                          "of times that are drawn", true}})}))),
       "begins again and again, with this mean time between"},
      {"when", such_as("{ sent: Prepare, nth: 2 }", trigger_schema()), "begins when this happens"},
      {"lasts", such_as("50ms", duration()), "ends after so long"},
      {"until", such_as("{ delivered: StartView }", trigger_schema()), "ends when this happens"},
      {"times", such_as("3", defined("times", integer(1, 1'000'000))), "begins at most so often"},
      {"chance", usually("100%", rate()), "each beginning happens with this rate"}};
}

struct FaultKind {
  std::string name;
  std::string about;
  std::vector<Field> fields;
  /// The value may be just the nodes.
  bool takes_nodes = false;
  SchemaPtr value;
};

/// Of faults that are about one group as a whole.
Field of_group() {
  return {"of", such_as("masters", text()), "of this group; of the main one by default"};
}

std::vector<Field> operator+(std::vector<Field> fields, const std::vector<Field>& more) {
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

std::vector<FaultKind> faults_of_nodes() {
  const SchemaPtr nodes = nodes_schema();
  const SchemaPtr one = such_as("r1", nodes);
  const SchemaPtr disk = name({"lose", "keep", "tear", "random"});
  const std::vector<Field> who = {{"nodes", one, "who", true}};
  return {
      {"crash",
       "nodes lose their memory and what their disk had not synced; they restart when it ends",
       {{"nodes", such_as("primary", nodes), "who", true},
        {"disk", usually("lose", disk), "what happens to writes that were not synced"}},
       true,
       {}},
      {"power_loss",
       "several nodes crash at one instant",
       {{"nodes", such_as("{ random: 2 }", nodes), "who", true},
        {"disk", usually("lose", disk), "as for crash"}},
       true,
       {}},
      {"wipe", "nodes crash and their disks are gone", who, true, {}},
      {"pause", "nodes stand still: messages wait, timers come late", who, true, {}},
      {"boot",
       "spare nodes start",
       {{"nodes", such_as("[r3]", nodes), "who, or 'spares'", true}},
       true,
       {}},
      {"clock",
       "clocks of nodes go wrong",
       {{"nodes", one, "who", true},
        {"jump", such_as("-2s", offset()), "the wall clock steps, for good"},
        {"offset", such_as("500ms", offset()), "the wall clock is off while it lasts"},
        {"drift", such_as("-1%", signed_rate()),
         "both clocks run faster while it lasts (negative: slower)"}},
       false,
       {}},
  };
}

std::vector<FaultKind> faults_of_links() {
  const SchemaPtr nodes = nodes_schema();
  const std::vector<Field> filter = {
      {"type", such_as("Prepare", text()), "only messages of this type"},
      {"from", such_as("primary", nodes), "only from these"},
      {"to", such_as("backups", nodes), "only to these"}};
  const std::vector<Field> share = {{"rate", such_as("5%", rate()), "this share", true}};
  return {
      {"partition",
       "links between different groups are cut",
       {{"groups", such_as("[minority, majority]", list(nodes)), "who hears whom", true},
        {"one_way", usually("false", boolean()), "only what the first group sends is cut"}},
       false,
       {}},
      {"isolate",
       "nodes are cut off from all other replicas",
       {{"nodes", such_as("primary", nodes), "who", true},
        {"one_way", usually("false", boolean()), "only what they send is cut"}},
       true,
       {}},
      {"one_way",
       "messages from some to others are cut",
       {{"from", such_as("r0", nodes), "whose messages", true},
        {"to", such_as("[r1, r2]", nodes), "to whom", true}},
       false,
       {}},
      {"bridge", "two halves hear each other through one node only", {of_group()}, false, {}},
      {"ring", "everybody hears a majority, and no two the same", {of_group()}, false, {}},
      {"loss", "messages are lost", share + filter, false, {}},
      {"duplicate", "messages arrive twice", share + filter, false, {}},
      {"corrupt",
       "messages are damaged and discarded by their receivers",
       share + filter,
       false,
       {}},
      {"reorder",
       "a share of messages waits, past later ones",
       share + std::vector<Field>{{"delay", usually("20ms", duration()), "how long"}} + filter,
       false,
       {}},
      {"delay",
       "messages take longer",
       std::vector<Field>{{"latency", such_as("{ uniform: [5ms, 50ms] }", latency_schema()),
                           "added to what they take", true}} +
           filter,
       false,
       {}},
      {"hold", "messages are kept and released in order when it ends", filter, false, {}},
  };
}

const std::vector<FaultKind>& fault_table() {
  static const std::vector<FaultKind> table = [] {
    std::vector<FaultKind> all = faults_of_nodes();
    for (FaultKind& kind : faults_of_links()) all.push_back(std::move(kind));
    all.push_back({"sequence", "faults one after the other", {}, false, {}});
    all.push_back({"wait", "nothing, for a time: inside sequences", {}, false, duration()});
    return all;
  }();
  return table;
}

}  // namespace

const SchemaPtr& fault_schema() {
  static const SchemaPtr schema = [] {
    std::vector<Field> fields;
    std::vector<std::string> kinds;
    for (const FaultKind& kind : fault_table()) {
      SchemaPtr value = kind.value;
      if (kind.name == "sequence") {
        // Items are checked when they are read: the table cannot contain itself.
        value = list(any());
      } else if (!value) {
        std::vector<Field> inside = kind.fields;
        for (const Field& field : timing_fields()) inside.push_back(field);
        value = mapping(inside);
        if (kind.takes_nodes) {
          value = choice({text(), list(text()), value});
        } else if (std::none_of(kind.fields.begin(), kind.fields.end(),
                                [](const Field& field) { return field.required; })) {
          value = choice({value, boolean()});
        }
      }
      fields.push_back({kind.name, value, kind.about, false});
      kinds.push_back(kind.name);
    }
    for (const Field& field : timing_fields()) {
      const bool known = std::any_of(fields.begin(), fields.end(),
                                     [&](const Field& one) { return one.name == field.name; });
      if (!known) fields.push_back(field);
    }
    return mapping(fields, kinds);
  }();
  return schema;
}

std::vector<std::pair<std::string, std::string>> fault_kinds() {
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const FaultKind& kind : fault_table()) kinds.emplace_back(kind.name, kind.about);
  return kinds;
}

}  // namespace stampede::scenarios
