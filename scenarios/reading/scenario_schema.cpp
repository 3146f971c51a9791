#include "scenarios/reading/scenario_schema.hpp"

#include <algorithm>

#include "checkers/judges.hpp"
#include "models/service/services.hpp"
#include "scenarios/documents/json_schema.hpp"
#include "scenarios/documents/reference.hpp"
#include "scenarios/reading/fault_schema.hpp"

namespace stampede::scenarios {
namespace {

SchemaPtr script_item_schema() {
  const SchemaPtr node = such_as("r1", text());
  return mapping(
      {{"deliver", such_as("Prepare r0->r2 nth 2", text()),
        "a message arrives; nth counts those alike from 1, copy the copies of one"},
       {"drop",
        such_as(
            "Prepare r0->r2",
            choice({text(), mapping({{"message", such_as("Prepare r0->r2", text()), "which", true},
                                     {"cause", such_as("loss", text()), "why", true}})})),
        "a message is lost"},
       {"duplicate", such_as("Prepare r0->r2", text()), "a copy is made"},
       {"corrupt", such_as("Prepare r0->r2", text()), "a message is damaged and discarded"},
       {"fire", such_as("'SilenceTimeout r1 {node: r2}'", text()), "a timer fires"},
       {"invoke",
        mapping({{"client", such_as("c0", node), "who asks", true},
                 {"operation", such_as("{ put: [x, 1] }", any()), "of the service", true},
                 {"to", such_as("r1", node), "whom it asks first"},
                 {"id", such_as("c0.1", text()), "by default the next of its client"}}),
        "an operation begins"},
       {"crash",
        choice({node, mapping({{"node", node, "who", true},
                               {"disk",
                                usually("lose",
                                        choice({name({"keep", "lose", "tear"}),
                                                mapping({{"kept", such_as("'101'", text()),
                                                          "which pending writes, a bit each", true},
                                                         {"torn", boolean(),
                                                          "the first one lost is torn", true},
                                                         {"save_kept", boolean(),
                                                          "the save that was under way", true}})})),
                                "what happens to writes that were not synced"}})}),
        "a node loses its memory"},
       {"restart", node, "it starts from its disk"},
       {"pause", node, "it stands still"},
       {"resume", node, "it goes on"},
       {"wipe", node, "the disk of a node that is down is gone"},
       {"complete",
        mapping({{"node", node, "whose", true},
                 {"file", such_as("durable", text()), "a file, or durable", true}}),
        "a disk request or save ends"},
       {"clock",
        mapping(
            {{"node", node, "whose", true},
             {"advance", such_as("100ms", offset()), "by so much", true},
             {"monotonic", usually("false", boolean()), "both clocks: time passes for this node"}}),
        "the wall clock moves"},
       {"settle", such_as("[r0, r1, c0]", choice({text(), list(node)})),
        "deliver among these (or 'all'), oldest first, until quiet"},
       {"begin_fault",
        such_as("cut", choice({text(), mapping({{"name", such_as("cut", text()), "its name", true},
                                                {"about", such_as("r0 alone", text()), "in words",
                                                 true}})})),
        "a mark in the trace"},
       {"end_fault", such_as("cut", text()), "the mark of its end"},
       {"expect", such_as("{ node: r2, state: { op_number: 3 } }", any()),
        "what holds here: a part of a node's state, { violation: NAME } or { no_violation: true }"},
       {"at", such_as("20ms", duration()), "true time of the decision"},
       {"choices", such_as("[0, 2]", list(integer(0, UINT32_MAX))),
        "answers of the step's choices, in order"}},
      {"deliver", "drop", "duplicate", "corrupt", "fire", "invoke", "crash", "restart", "pause",
       "resume", "wipe", "complete", "clock", "settle", "begin_fault", "end_fault", "expect"});
}

SchemaPtr explore_schema() {
  return mapping(
      {{"plan", such_as("{ c0: [{ put: [x, 1] }, { operation: { get: x }, to: r1 }] }", any()),
        "what each client does; 'to' is whom it asks first"},
       {"operations", usually("2", integer(0, 1000)),
        "of each client without a plan: a write, a read, a write..."},
       {"crashes", usually("0", budget()), "of servers, in one schedule"},
       {"restarts", such_as("1", budget()),
        "as many as crashes by default, none where a model claims crash-stop"},
       {"boots", usually("unlimited", budget()), "of spare nodes"},
       {"timers", such_as("{ ViewChangeTimeout: 2 }", any()), "firings by type; others never fire"},
       {"drops", usually("0", budget()), "messages lost"},
       {"duplicates", usually("0", budget()), "copies made"},
       {"clocks",
        mapping(
            {{"moves", such_as("4", budget()), "in one schedule, of all servers together", true},
             {"step", such_as("50ms", duration()), "how far one move goes", true},
             {"skew", such_as("100ms", duration()),
              "no replica's clock is further ahead of another's"}}),
        "time passes for single servers; without it a model that reads a clock is refused"},
       {"failures", usually("protocol", name({"protocol", "unlimited"})),
        "protocol: a crash needs fewer down or recovering than the group tolerates"},
       {"saves", name({"in_step", "decisions"}),
        "decisions: a save completes by a decision of its own, and a crash may come before it "
        "(default where nodes that save may crash)"},
       {"torn_writes", usually("false", boolean()), "crashes may tear the first lost write"},
       {"any_subset_of_writes", usually("false", boolean()),
        "crashes keep any set of pending writes"},
       {"caps",
        mapping({{"epoch", such_as("3", count()), "highest view, term or ballot a node may show"},
                 {"log", such_as("2", count()), "longest log a node may show"}}),
        "states beyond are not entered"},
       {"network", usually("multiset", name({"multiset", "set", "queue"})),
        "multiset: unordered; set: delivered any number of times; queue: ordered by link"},
       {"begins", name({"at_once", "any_time"}),
        "when a client begins its next operation: in the step that ends the one before (default of "
        "a client alone), or by a decision of its own"},
       {"history", usually("monitor", name({"monitor", "raw"})),
        "how linearizability is judged: by what is known, or with the history in the state"},
       {"reductions",
        usually("all", choice({name({"all", "none"}),
                               list(name({"dead-messages", "normal-form", "symmetry"}))})),
        "what makes it smaller, where the model declares how"}});
}

SchemaPtr expectation_schema() {
  const Field violation{"violation", such_as("agreement", text()),
                        "this property is among the violated ones"};
  const Field vacuous{"vacuous", name({"ok"}), "nothing to judge is all right, too"};
  const SchemaPtr one = choice({name({"ok"}), mapping({violation, vacuous})});
  return choice({name({"ok"}), mapping({violation,
                                        vacuous,
                                        {"run", such_as("ok", one), "for run"},
                                        {"sweep", such_as("{ violation: agreement }", one),
                                         "for sweep: some seed / no seed"},
                                        {"explore", such_as("ok", one), "for explore"}})});
}

SchemaPtr limits_schema() {
  return mapping(
      {{"virtual_time", usually("60s", duration()), "normal end of a run without liveness"},
       {"decisions", usually("50M", count()), "beyond this the run is undecided"}});
}

/// Checks that need a bound, by the table of judges.
SchemaPtr bounded_checks() {
  std::vector<Field> fields;
  std::vector<std::string> names;
  for (const checkers::HistoryJudge& judge : checkers::history_judges()) {
    if (!judge.bounds_versions && !judge.bounds_time) continue;
    fields.push_back({judge.property,
                      such_as(judge.bounds_time ? "50ms" : "2",
                              judge.bounds_time ? text() : integer(1, 1'000'000)),
                      judge.about});
    names.push_back(judge.property);
  }
  return mapping(std::move(fields), std::move(names));
}

SchemaPtr cluster_schema(const models::ModelList& models) {
  std::vector<std::string> model_names;
  for (const engine::Model* model : models) model_names.push_back(model->name);
  return mapping(
      {{"model", name(model_names), "the protocol", true},
       {"replicas", usually("3", integer(1, 63)), "members of the main group, r0 and so on"},
       {"spares", usually("0", integer(0, 62)), "nodes that may join the main group later"},
       {"groups", such_as("{ masters: 5 }", any()),
        "members of further groups: stampede list models"},
       {"clients", usually("1", integer(0, 1000)), "c0 and so on"},
       {"service", usually("kv", name(models::service::service_names())),
        "what is replicated; a model that offers others has the first of them"},
       {"options", such_as("{ heartbeat_interval: 20ms }", any()),
        "of the model: stampede list options"},
       {"defects", usually("[]", list(such_as("multi-paxos-forgets-votes", text()))),
        "mistakes switched on: stampede list defects"},
       {"faulty", such_as("{ r1: silent }", any()),
        "nodes that are not correct: stampede list behaviours"},
       {"assume", usually("claims", name({"claims", "broken"})),
        "broken: the file may go beyond what the model claims to survive"}});
}

/// What clients ask for: in one phase, or, where that does not say it, in all.
std::vector<Field> asked_for(bool in_phase) {
  const auto or_usually = [&](const char* value, const SchemaPtr& schema) {
    return in_phase ? such_as(value, schema) : usually(value, schema);
  };
  return {{"mix", such_as("{ read: 50, write: 40, cas: 10 }", any()),
           "weights of the service's kinds of operation; all that the model claims by default"},
          {"reads", such_as("95%", rate()),
           "instead of 'mix': so many operations are of kinds that change nothing"},
          {"keys", or_usually("5", integer(1, 1'000'000)), "how many different ones"},
          {"skew", or_usually("0%", rate()),
           "exponent of Zipf's law: with 100% the n-th key is asked for a n-th as often as the "
           "first, with 0% all are alike"}};
}

SchemaPtr workload_schema() {
  std::vector<Field> of_phase = asked_for(true);
  of_phase.insert(of_phase.begin(), {"operations", such_as("1k", count()),
                                     "of all clients together; each does its share", true});
  std::vector<Field> fields = asked_for(false);
  fields.insert(fields.begin(), {"operations", usually("100", count()), "of all clients together"});
  fields.push_back({"phases", list(mapping(std::move(of_phase))),
                    "one after the other; what they do not say holds as it is said here"});
  const std::vector<Field> when = {
      {"think_time", usually("1ms", duration()), "mean, between a response and the next operation"},
      {"open_loop", usually("false", boolean()), "think_time is between beginnings"},
      {"per_second", such_as("500", integer(1, 1'000'000)),
       "instead of 'think_time' and 'open_loop': an open loop in which so many operations of all "
       "clients begin"},
      {"in_flight", such_as("4", integer(1, 1'000)),
       "requests of a client on their way, where the model's clients can have several and the "
       "loop is open; more wait at the client"},
      {"timeout", usually("200ms", duration()), "after which a client asks again"},
      {"give_up", such_as("1s", duration()),
       "after which it goes on under a new id; never by default"},
      {"reconfigure",
       list(mapping(
           {{"at", such_as("500ms", duration()), "then, or when a client is next free", true},
            {"members", such_as("[r0, r1, r3]", list(text())), "of the main group from there on",
             true}})),
       "changes of members that some client asks for"}};
  fields.insert(fields.end(), when.begin(), when.end());
  return mapping(std::move(fields));
}

SchemaPtr network_schema() {
  return mapping(
      {{"latency", usually("{ exponential: { floor: 0.2ms, mean: 1ms } }", latency_schema()),
        "of all links"},
       {"client_latency", such_as("0.1ms", latency_schema()),
        "of links from and to clients; as the others by default"},
       {"loss", usually("0%", rate()), "messages lost, decided at delivery"},
       {"duplicate", usually("0%", rate()), "messages that arrive twice"},
       {"corrupt", usually("0%", rate()), "messages damaged and discarded"},
       {"order", usually("any", name({"any", "fifo"})), "fifo: each link keeps its order"},
       {"reorder", usually("0%", rate()), "with fifo: this share does not"},
       {"queue_limit", such_as("100", integer(1, 1'000'000)),
        "messages in flight per link; no limit by default"},
       {"zones", such_as("{ europe: [r0, c0], asia: [r1, r2] }", any()),
        "nodes of each zone, by its name, or in a list; each node stands in one"},
       {"zone_latency", such_as("[[0ms, 20ms], [20ms, 0ms]]", list(list(duration()))),
        "added from one zone (row) to another (column), in their order"}});
}

}  // namespace

SchemaPtr scenario_schema(const models::ModelList& models) {
  return mapping({
      {"about", such_as("A primary that comes back.", text()), "what this shows, in a sentence"},
      {"seed", usually("0", integer(0, INT64_MAX)), "of run; 'sweep' has its own"},
      {"cluster", cluster_schema(models), "who takes part", true},
      {"workload", workload_schema(), "what clients do"},
      {"network", network_schema(), "how messages travel"},
      {"clocks",
       mapping({{"offset", usually("0ms", duration()), "wall clocks are off by up to this"},
                {"drift", usually("0%", rate()), "clocks run up to this much too fast or slow"}}),
       "how wrong clocks are"},
      {"faults", list(fault_schema()), "what goes wrong"},
      {"fault_budget", usually("protocol", name({"protocol", "unlimited"})),
       "unlimited: also more failures than the protocol survives (safety only)"},
      {"checks", such_as("[agreement, { k-atomic: 2 }]", list(choice({text(), bounded_checks()}))),
       "all that apply by default; stampede list checks"},
      {"bounds", such_as("{ log: 200, client_table: 50 }", any()),
       "how much each of these collections of a node may hold (memory-bound)"},
      {"liveness",
       mapping({{"faults_stop", such_as("2s", duration()), "then", true},
                {"within", such_as("10s", duration()), "the bound", true},
                {"quiet", such_as("5s", duration()),
                 "then the run goes on for so long, and its leaders stay (stable-leader)"}}),
       "faults stop; from there everything completes and converges within the bound"},
      {"limits", limits_schema(), "where a run ends"},
      {"reach", such_as("[view-change, recovery]", list(text())), "probes that a sweep must reach"},
      {"saves", name({"in_step", "decisions"}),
       "when a save completes: in its step (default of a script that completes none), or by a "
       "decision of its own"},
      {"script", list(script_item_schema()), "decisions that drive run instead of time"},
      {"skipped_steps", name({"allowed"}),
       "of the script: what cannot be done is left out; else the run is vacuous, unless 'expect' "
       "says ok"},
      {"explore", explore_schema(), "what explore may spend, and how it searches"},
      {"expect", usually("ok", expectation_schema()), "how it ends, as it should"},
  });
}

std::string scenario_json_schema(const models::ModelList& models) {
  return json_schema(*scenario_schema(models), "Stampede scenario",
                     "A fault scenario for stampede run, sweep and explore.");
}

std::string scenario_reference(const models::ModelList& models) {
  return markdown_reference(*scenario_schema(models));
}

}  // namespace stampede::scenarios
