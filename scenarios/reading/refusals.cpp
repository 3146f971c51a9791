#include "scenarios/reading/refusals.hpp"

#include <algorithm>
#include <set>

#include "scenarios/reading/checks.hpp"

namespace stampede::scenarios {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::Document;

class Refusals {
 public:
  Refusals(const Scenario& scenario, const Participants& nodes)
      : scenario_(scenario), nodes_(nodes), claims_(scenario.model->claimed(scenario.cluster)) {}

  void read(const Document& document) {
    if (const Document* faulty = document.at("cluster").find("faulty")) read_faulty(*faulty);
    if (const Document* script = document.find("script")) {
      for (std::size_t i = 0; i < scenario_.script.size(); ++i)
        read_item(script->items[i], scenario_.script[i]);
    }
    if (const Document* faults = document.find("faults")) {
      for (std::size_t i = 0; i < scenario_.faults.size(); ++i)
        read_fault(faults->items[i], scenario_.faults[i]);
      if (scenario_.unlimited_faults && !claims_.safe_beyond_tolerance)
        refuse(document.at("fault_budget"), "it survives only so many failures at a time");
    }
    if (const Document* explore = document.find("explore")) read_search(*explore);
    if (const Document* liveness = document.find("liveness")) read_liveness(*liveness);
    if (claims_.synchrony == engine::Synchrony::synchronous) read_network(document);
  }

 private:
  [[noreturn]] void refuse(const Document& at, const std::string& claim) const {
    at.fail("outside the claims of model '" + scenario_.model->name + "': " + claim,
            "write 'expect: { violation: ... }', or 'assume: broken' under 'cluster'");
  }

  [[nodiscard]] bool is_client(NodeId node) const {
    return nodes_.membership().clients().contains(node);
  }

  /// Faulty nodes count as down: they are of no help.
  void read_faulty(const Document& document) {
    for (const Document::Entry& entry : document.entries) {
      if (claims_.failures != engine::FailureModel::byzantine)
        refuse(entry.value, "its nodes may stop, but they keep to the protocol");
      const NodeId node = nodes_.find(entry.value, entry.key);
      down_.insert(node);
      refuse_beyond_tolerance(entry.value, node, "faulty");
    }
  }

  void refuse_operation(const Document& operation) const {
    const std::string& name = operation.is_mapping() && !operation.entries.empty()
                                  ? operation.entries.front().key
                                  : operation.text;
    const auto& offered = claims_.operations;
    if (offered.empty() || std::find(offered.begin(), offered.end(), name) != offered.end()) return;
    refuse(operation,
           "its clients can ask for " + engine::comma_list(offered) + ", not for '" + name + "'");
  }

  void refuse_return(const Document& at, NodeId node) const {
    if (is_client(node) ? claims_.clients_return
                        : claims_.failures != engine::FailureModel::crash_stop)
      return;
    refuse(at, is_client(node) ? "a client that crashed does not come back"
                               : "a node that crashed does not come back");
  }

  void read_item(const Document& document, const ScriptItem& item) {
    if (item.kind != ScriptItem::Kind::decision) return;
    const Decision& decision = item.decision;
    switch (decision.kind) {
      case DecisionKind::begin:
        if (const Document* invoke = document.find("invoke"))
          refuse_operation(invoke->at("operation"));
        break;
      case DecisionKind::crash:
        down_.insert(decision.node);
        if (!claims_.safe_beyond_tolerance)
          refuse_beyond_tolerance(document, decision.node, "down");
        break;
      case DecisionKind::restart:
        refuse_return(document, decision.node);
        if (!is_faulty(decision.node)) down_.erase(decision.node);
        break;
      case DecisionKind::wipe:
        refuse_wipe(document);
        break;
      default:
        break;
    }
  }

  [[nodiscard]] bool is_faulty(NodeId node) const {
    return scenario_.cluster.faulty.count(nodes_.names().at(node.value)) != 0;
  }

  void refuse_beyond_tolerance(const Document& at, NodeId node, const char* what) const {
    for (const engine::Group& group : nodes_.membership().groups()) {
      if (!group.contains(node)) continue;
      const auto down = static_cast<std::size_t>(std::count_if(
          down_.begin(), down_.end(), [&](NodeId one) { return group.contains(one); }));
      if (down > group.tolerated())
        refuse(at, "of its " + std::to_string(group.members().size()) + " " + group.name() +
                       "s at most " + std::to_string(group.tolerated()) + " may be " + what);
    }
  }

  void refuse_wipe(const Document& at) const {
    if (claims_.disk == engine::DiskClaim::durable) refuse(at, "a node finds again what it saved");
  }

  void read_fault(const Document& document, const faults::Fault& fault) const {
    if (const auto* sequence = std::get_if<faults::Sequence>(&fault.action)) {
      for (const faults::Fault& item : sequence->items) read_fault(document, item);
      return;
    }
    const auto* crash = std::get_if<faults::Crash>(&fault.action);
    if (crash == nullptr) return;
    if (crash->wipe) refuse_wipe(document);
    if (!fault.lasts && !fault.until) return;
    const bool clients = crash->nodes.kind == faults::NodeSelector::Kind::clients;
    if (crash->nodes.kind == faults::NodeSelector::Kind::names || clients) {
      const auto& named = clients ? nodes_.membership().clients().nodes() : crash->nodes.nodes;
      for (const NodeId node : named) refuse_return(document, node);
    } else {
      refuse_return(document, nodes_.membership().main().members().front());
    }
  }

  void read_search(const Document& document) const {
    const ExploreSettings& settings = scenario_.explore;
    if (const Document* plan = document.find("plan")) {
      for (const Document::Entry& entry : plan->entries) {
        for (const Document& item : entry.value.items) {
          const Document* inner = item.is_mapping() ? item.find("operation") : nullptr;
          refuse_operation(inner == nullptr ? item : *inner);
        }
      }
    }
    if (settings.budgets.crashes == 0) return;
    if (settings.unlimited_failures && !claims_.safe_beyond_tolerance)
      refuse(document.at("failures"), "it survives only so many failures at a time");
    if (const Document* restarts = document.find("restarts")) {
      if (settings.budgets.restarts != 0)
        refuse_return(*restarts, nodes_.membership().main().members().front());
    }
  }

  void read_liveness(const Document& document) const {
    if (operations_end(scenario_)) return;
    const std::string outside = "outside the claims of model '" + scenario_.model->name + "': ";
    if (claims_.failures == engine::FailureModel::crash_stop)
      document.fail(outside + "an operation stays open for ever if one of its messages is lost",
                    "leave 'liveness' out");
    document.fail(outside + "an operation may stay open for ever, and its clients never give up",
                  "write 'give_up: 1s' under 'workload', or leave 'liveness' out");
  }

  /// Only what a file says of its network can be judged before a run.
  void read_network(const Document& document) const {
    const std::string claim =
        "it needs bounds on how long messages travel, and all of them to arrive";
    if (const Document* network = document.find("network")) {
      const auto kind = scenario_.network.latency.kind;
      const bool bounded =
          kind == engine::Latency::Kind::constant || kind == engine::Latency::Kind::uniform;
      if (scenario_.network.loss.value != 0 || !bounded) refuse(*network, claim);
    } else if (document.find("script") == nullptr && document.find("explore") == nullptr) {
      refuse(document.at("cluster"), claim);
    }
    if (const Document* explore = document.find("explore")) refuse(*explore, claim);
    if (const Document* faults = document.find("faults")) {
      for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
        const auto& action = scenario_.faults[i].action;
        if (std::holds_alternative<faults::Partition>(action) ||
            std::holds_alternative<faults::LinkFault>(action) ||
            std::holds_alternative<faults::Pause>(action))
          refuse(faults->items[i], claim);
      }
    }
  }

  const Scenario& scenario_;
  const Participants& nodes_;
  engine::Claims claims_;
  std::set<NodeId> down_;
};

bool expects_violation(const Scenario& scenario) {
  return !scenario.expect_run.ok() || !scenario.expect_sweep.ok() || !scenario.expect_explore.ok();
}

}  // namespace

void refuse_outside_claims(const Document& document, const Scenario& scenario,
                           const Participants& nodes) {
  if (scenario.assume_broken || expects_violation(scenario)) return;
  Refusals(scenario, nodes).read(document);
}

}  // namespace stampede::scenarios
