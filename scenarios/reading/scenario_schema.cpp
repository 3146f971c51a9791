#include "scenarios/reading/scenario_schema.hpp"

#include <algorithm>

#include "checkers/judges.hpp"
#include "models/service/services.hpp"
#include "scenarios/documents/json_schema.hpp"

namespace stampede::scenarios {
namespace {

SchemaPtr nodes_schema() {
  return defined(
      "nodes",
      choice({text(), list(text()),
              mapping({{"random", text(),
                        "so many replicas, drawn anew each time; '2 of masters': of that group",
                        true}})}));
}

SchemaPtr latency_schema() {
  return defined(
      "latency",
      choice({duration(), mapping({{"constant", duration(), "always this long"},
                                   {"uniform", list(duration()), "[least, most]"},
                                   {"exponential",
                                    mapping({{"floor", duration(), "never below", true},
                                             {"mean", duration(), "mean above the floor", true}}),
                                    "a floor plus an exponential"},
                                   {"bimodal",
                                    mapping({{"usual", duration(), "", true},
                                             {"rare", duration(), "", true},
                                             {"rate", rate(), "how often the rare one", true}}),
                                    "mostly one, rarely the other"}},
                                  {"constant", "uniform", "exponential", "bimodal"})}));
}

SchemaPtr trigger_schema() {
  const SchemaPtr node_names = choice({text(), list(text())});
  return defined(
      "trigger",
      mapping({{"sent", text(), "a message of this type is sent"},
               {"delivered", text(), "a message of this type is handled"},
               {"role_change", boolean(), "leadership, epoch or readiness of some node changes"},
               {"probe", text(), "a node reaches this rare situation"},
               {"by", node_names, "who sends it (sent) or handles it (delivered)"},
               {"from", node_names, "its sender"},
               {"to", node_names, "its receiver"},
               {"nth", integer(1, 1'000'000), "the nth such event, 1 by default"}},
              {"sent", "delivered", "role_change", "probe"}));
}

std::vector<Field> timing_fields() {
  return {
      {"name", text(), "what to call it; randomness goes by it"},
      {"at", duration(), "begins then"},
      {"every", defined("every", choice({duration(), mapping({{"mean", duration(), "", true}})})),
       "begins again and again, with this mean time between"},
      {"when", trigger_schema(), "begins when this happens"},
      {"lasts", duration(), "ends after so long"},
      {"until", trigger_schema(), "ends when this happens"},
      {"times", defined("times", integer(1, 1'000'000)), "begins at most so often"},
      {"chance", rate(), "each beginning happens with this rate"}};
}

struct FaultKind {
  std::string name;
  std::string about;
  std::vector<Field> fields;
  /// The value may be just the nodes.
  bool takes_nodes = false;
  SchemaPtr value;
};

const SchemaPtr& fault_schema();

/// Of faults that are about one group as a whole.
Field of_group() { return {"of", text(), "of this group; of the main one by default"}; }

const std::vector<FaultKind>& fault_table() {
  static const std::vector<FaultKind> table = [] {
    const SchemaPtr nodes = nodes_schema();
    const SchemaPtr disk = name({"lose", "keep", "tear", "random"});
    const std::vector<Field> who = {{"nodes", nodes, "who", true}};
    const std::vector<Field> filter = {{"type", text(), "only messages of this type"},
                                       {"from", nodes, "only from these"},
                                       {"to", nodes, "only to these"}};
    const auto with = [&](std::vector<Field> fields, const std::vector<Field>& more) {
      fields.insert(fields.end(), more.begin(), more.end());
      return fields;
    };
    return std::vector<FaultKind>{
        {"crash",
         "nodes lose their memory and what their disk had not synced; they restart when it ends",
         {{"nodes", nodes, "who", true},
          {"disk", disk, "what happens to writes that were not synced"}},
         true,
         {}},
        {"power_loss",
         "several nodes crash at one instant",
         {{"nodes", nodes, "who", true}, {"disk", disk, "as for crash"}},
         true,
         {}},
        {"wipe", "nodes crash and their disks are gone", who, true, {}},
        {"pause", "nodes stand still: messages wait, timers come late", who, true, {}},
        {"boot", "spare nodes start", {{"nodes", nodes, "who, or 'spares'", true}}, true, {}},
        {"partition",
         "links between different groups are cut",
         {{"groups", list(nodes), "who hears whom", true},
          {"one_way", boolean(), "only what the first group sends is cut"}},
         false,
         {}},
        {"isolate",
         "nodes are cut off from all other replicas",
         {{"nodes", nodes, "who", true}, {"one_way", boolean(), "only what they send is cut"}},
         true,
         {}},
        {"one_way",
         "messages from some to others are cut",
         {{"from", nodes, "", true}, {"to", nodes, "", true}},
         false,
         {}},
        {"bridge", "two halves hear each other through one node only", {of_group()}, false, {}},
        {"ring", "everybody hears a majority, and no two the same", {of_group()}, false, {}},
        {"loss", "messages are lost", with({{"rate", rate(), "", true}}, filter), false, {}},
        {"duplicate",
         "messages arrive twice",
         with({{"rate", rate(), "", true}}, filter),
         false,
         {}},
        {"corrupt",
         "messages are damaged and discarded by their receivers",
         with({{"rate", rate(), "", true}}, filter),
         false,
         {}},
        {"reorder",
         "a share of messages waits, past later ones",
         with({{"rate", rate(), "", true}, {"delay", duration(), "how long, 20ms by default"}},
              filter),
         false,
         {}},
        {"delay",
         "messages take longer",
         with({{"latency", latency_schema(), "added to what they take", true}}, filter),
         false,
         {}},
        {"hold", "messages are kept and released in order when it ends", filter, false, {}},
        {"clock",
         "clocks of nodes go wrong",
         {{"nodes", nodes, "who", true},
          {"jump", offset(), "the wall clock steps, for good"},
          {"offset", offset(), "the wall clock is off while it lasts"},
          {"drift", signed_rate(), "both clocks run faster while it lasts (negative: slower)"}},
         false,
         {}},
        {"sequence", "faults one after the other", {}, false, {}},
        {"wait", "nothing, for a time: inside sequences", {}, false, duration()},
    };
  }();
  return table;
}

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

SchemaPtr script_item_schema() {
  const SchemaPtr node = text();
  return mapping(
      {{"deliver", text(), "'Prepare r0->r2', 'Prepare r0->r2 nth 2', '... nth 2 copy 1'"},
       {"drop",
        choice({text(), mapping({{"message", text(), "", true}, {"cause", text(), "", true}})}),
        "a message is lost"},
       {"duplicate", text(), "a copy is made"},
       {"corrupt", text(), "a message is damaged and discarded"},
       {"fire", text(), "'ViewChangeTimeout r1', 'SilenceTimeout r1 {node: r2}', '... nth 2'"},
       {"invoke",
        mapping({{"client", node, "", true},
                 {"operation", any(), "", true},
                 {"to", node, "whom it asks first"},
                 {"id", text(), "c0.1; by default the next of its client"}}),
        "an operation begins"},
       {"crash",
        choice({node, mapping({{"node", node, "", true},
                               {"disk",
                                choice({name({"keep", "lose", "tear"}),
                                        mapping({{"kept", text(), "bits", true},
                                                 {"torn", boolean(), "", true},
                                                 {"save_kept", boolean(), "", true}})}),
                                ""}})}),
        "loses what was not synced"},
       {"restart", node, ""},
       {"pause", node, ""},
       {"resume", node, ""},
       {"wipe", node, "the disk of a node that is down is gone"},
       {"complete",
        mapping({{"node", node, "", true}, {"file", text(), "a file, or durable", true}}),
        "a disk request or save ends"},
       {"clock",
        mapping({{"node", node, "", true},
                 {"advance", offset(), "", true},
                 {"monotonic", boolean(), "both clocks: time passes for this node"}}),
        "the wall clock moves"},
       {"settle", choice({text(), list(node)}), "deliver among these, oldest first, until quiet"},
       {"begin_fault",
        choice({text(), mapping({{"name", text(), "", true}, {"about", text(), "", true}})}),
        "a mark in the trace"},
       {"end_fault", text(), ""},
       {"expect", any(),
        "{ node: r2, state: { .. } }, { violation: NAME } or { no_violation: true }"},
       {"at", duration(), "true time of the decision"},
       {"choices", list(integer(0, UINT32_MAX)), "answers of the step's choices, in order"}},
      {"deliver", "drop", "duplicate", "corrupt", "fire", "invoke", "crash", "restart", "pause",
       "resume", "wipe", "complete", "clock", "settle", "begin_fault", "end_fault", "expect"});
}

SchemaPtr explore_schema() {
  return mapping(
      {{"plan", any(),
        "{ c0: [ { put: [x, 1] }, { operation: { get: x }, to: r1 } ] }: what each client does"},
       {"operations", integer(0, 1000),
        "of each client without a plan: a write, a read, a write...; 2 by default"},
       {"crashes", budget(), "of servers, in one schedule; 0 by default"},
       {"restarts", budget(), "as many as crashes by default"},
       {"boots", budget(), "of spare nodes; unlimited by default"},
       {"timers", any(), "{ ViewChangeTimeout: 2 }: firings by type; others never fire"},
       {"drops", budget(), "messages lost; 0 by default"},
       {"duplicates", budget(), "copies made; 0 by default"},
       {"clocks",
        mapping({{"moves", budget(), "in one schedule, of all servers together", true},
                 {"step", duration(), "how far one move goes", true},
                 {"skew", duration(), "no replica's clock is further ahead of another's"}}),
        "time passes for single servers; without it a model that reads a clock is refused"},
       {"failures", name({"protocol", "unlimited"}),
        "protocol: a crash needs fewer down or recovering than the group tolerates"},
       {"torn_writes", boolean(), "crashes may tear the first lost write"},
       {"any_subset_of_writes", boolean(), "crashes keep any set of pending writes"},
       {"caps",
        mapping({{"epoch", count(), "highest view, term or ballot a node may show"},
                 {"log", count(), "longest log a node may show"}}),
        "states beyond are not entered"},
       {"network", name({"multiset", "set", "queue"}),
        "multiset: unordered; set: delivered any number of times; queue: ordered by link"},
       {"begins", name({"at_once", "any_time"}),
        "when a client begins its next operation: in the step that ends the one before (default of "
        "a client alone), or by a decision of its own"},
       {"history", name({"monitor", "raw"}),
        "how linearizability is judged: by what is known, or with the history in the state"},
       {"reductions",
        choice({name({"all", "none"}), list(name({"dead-messages", "normal-form", "symmetry"}))}),
        "all by default"}});
}

SchemaPtr expectation_schema() {
  const Field violation{"violation", text(), "this property is among the violated ones"};
  const Field vacuous{"vacuous", name({"ok"}), "nothing to judge is all right, too"};
  const SchemaPtr one = choice({name({"ok"}), mapping({violation, vacuous})});
  return choice({name({"ok"}), mapping({violation,
                                        vacuous,
                                        {"run", one, "for run"},
                                        {"sweep", one, "for sweep: some seed / no seed"},
                                        {"explore", one, "for explore"}})});
}

SchemaPtr limits_schema() {
  return mapping(
      {{"virtual_time", duration(), "normal end of a run without liveness; 60s by default"},
       {"decisions", count(), "beyond this the run is undecided"}});
}

/// Checks that need a bound, by the table of judges.
SchemaPtr bounded_checks() {
  std::vector<Field> fields;
  std::vector<std::string> names;
  for (const checkers::HistoryJudge& judge : checkers::history_judges()) {
    if (!judge.bounds_versions && !judge.bounds_time) continue;
    fields.push_back(
        {judge.property, judge.bounds_time ? text() : integer(1, 1'000'000), judge.about});
    names.push_back(judge.property);
  }
  return mapping(std::move(fields), std::move(names));
}

}  // namespace

SchemaPtr scenario_schema(const models::ModelList& models) {
  std::vector<std::string> model_names;
  for (const engine::Model* model : models) model_names.push_back(model->name);
  return mapping({
      {"about", text(), "what this shows, in a sentence"},
      {"seed", integer(0, INT64_MAX), "seed of run; 0 by default"},
      {"cluster",
       mapping(
           {{"model", name(model_names), "", true},
            {"replicas", integer(1, 63), "members of the main group; 3 by default"},
            {"spares", integer(0, 62), "nodes that may join the main group later; 0 by default"},
            {"groups", any(), "{ masters: 5 }: members of further groups: stampede list models"},
            {"clients", integer(0, 1000), "1 by default"},
            {"service", name(models::service::service_names()), "kv by default"},
            {"options", any(), "of the model: stampede list options"},
            {"defects", list(text()), "stampede list defects"},
            {"faulty", any(),
             "{ r1: equivocate }: nodes that are not correct: stampede list behaviours"},
            {"assume", name({"claims", "broken"}),
             "broken: the file may go beyond what the model claims to survive"}}),
       "who takes part", true},
      {"workload",
       mapping(
           {{"operations", count(), "of all clients together; 100 by default"},
            {"mix", any(), "weights of the service's kinds of operation"},
            {"keys", integer(1, 1'000'000), "5 by default"},
            {"think_time", duration(), "mean, between a response and the next operation"},
            {"timeout", duration(), "after which a client asks again"},
            {"give_up", duration(), "after which it goes on under a new id; never by default"},
            {"open_loop", boolean(), "think_time is between beginnings"},
            {"reconfigure",
             list(mapping({{"at", duration(), "", true},
                           {"members", list(text()), "of the main group from there on", true}})),
             "changes of members that some client asks for"}}),
       "what clients do"},
      {"network",
       mapping({{"latency", latency_schema(), "of all links"},
                {"client_latency", latency_schema(), "of links from and to clients"},
                {"loss", rate(), "decided at delivery"},
                {"duplicate", rate(), ""},
                {"corrupt", rate(), ""},
                {"order", name({"any", "fifo"}), "fifo: each link keeps its order"},
                {"reorder", rate(), "with fifo: this share does not"},
                {"queue_limit", integer(1, 1'000'000), "messages in flight per link"},
                {"zones", list(list(text())), "nodes of each zone"},
                {"zone_latency", list(list(duration())), "added between zones: one row per zone"}}),
       "how messages travel"},
      {"clocks",
       mapping({{"offset", duration(), "wall clocks are off by up to this"},
                {"drift", rate(), "clocks run up to this much too fast or slow"}}),
       "how wrong clocks are"},
      {"faults", list(fault_schema()), "what goes wrong"},
      {"fault_budget", name({"protocol", "unlimited"}),
       "unlimited: also more failures than the protocol survives (safety only)"},
      {"checks", list(choice({text(), bounded_checks()})),
       "all that apply by default; stampede list checks"},
      {"liveness",
       mapping({{"faults_stop", duration(), "", true}, {"within", duration(), "", true}}),
       "faults stop; from there everything completes and converges within the bound"},
      {"limits", limits_schema(), ""},
      {"reach", list(text()), "probes that a sweep must reach"},
      {"script", list(script_item_schema()), "decisions that drive run instead of time"},
      {"skipped_steps", name({"allowed"}),
       "of the script: what cannot be done is left out; else the run is vacuous"},
      {"explore", explore_schema(), "what explore may spend, and how it searches"},
      {"expect", expectation_schema(), "ok by default"},
  });
}

const Schema& single_fault_schema() { return *fault_schema(); }

std::string scenario_json_schema(const models::ModelList& models) {
  return json_schema(*scenario_schema(models), "Stampede scenario",
                     "A fault scenario for stampede run, sweep and explore.");
}

std::vector<std::pair<std::string, std::string>> fault_kinds() {
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const FaultKind& kind : fault_table()) kinds.emplace_back(kind.name, kind.about);
  return kinds;
}

}  // namespace stampede::scenarios
