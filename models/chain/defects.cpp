#include "models/chain/defects.hpp"

#include <string>

namespace stampede::models::chain {
namespace {

const std::string vrs =
    "against van Renesse, Schneider: Chain Replication for Supporting High Throughput and "
    "Availability, OSDI 2004, ";
const std::string craq = "against Terrace, Freedman: Object Storage on CRAQ, USENIX ATC 2009, ";
const std::string pull = "reconstructed from github.com/zowens/chain-replication: ";

std::vector<engine::Defect> history_defects() {
  return {{"cr-middle-failure-no-resend",
           "A link takes an update although it lacks the one before it.",
           vrs + "section 3.3: a new successor first gets what it lacks",
           "chain/update-propagation",
           {{"strict_sequence", "false"}}},
          {"cr-sent-dropped-on-forward",
           "A link forgets an update when it has sent it on.",
           vrs + "section 3.3: it stays in Sent until it is acknowledged",
           "chain/inprocess-requests",
           {{"keeps_sent", "false"}}},
          {"cr-head-acks",
           "The head answers an update as soon as it has it.",
           pull + "Append is answered on receipt",
           "durability",
           {{"tail_answers", "false"}}},
          {"cr-tail-failover-silent",
           "A link that becomes the tail takes nothing of what it has for stable.",
           vrs + "section 3.2: the new tail answers what the old one had not",
           "chain/tail-decides",
           {{"new_tail_decides", "false"}}},
          {"cr-retry-double-apply",
           "The head orders an update again when a client repeats it.",
           pull + "requests have numbers, and nobody remembers them",
           "at-most-once",
           {{"remembers_answers", "false"}}},
          {"cr-rejoin-divergent-suffix",
           "A replica that joins again keeps updates that only it has seen.",
           pull + "a node asks for what follows its own last update",
           "chain/update-propagation",
           {{"truncates", "false"}}},
          {"cr-ack-before-flush",
           "A link tells of an update while it is on its way to its disk.",
           pull + "a flush each second, and answers before it",
           "chain/stable-stays",
           {{"saves_first", "false"}}}};
}

std::vector<engine::Defect> master_defects() {
  return {{"cr-join-serves-before-catchup",
           "Masters append a joining node to the chain at once.",
           pull + "who registers is the tail",
           "chain/stable-stays",
           {{"joins_when_met", "false"}}},
          {"cr-join-ends-while-head-changes",
           "Masters append a joining node that the tail has met in an earlier epoch.",
           vrs + "section 3.4: the histories meet at the moment of the change",
           "chain/inprocess-requests",
           {{"checks_met_epoch", "false"}}},
          {"cr-two-masters",
           "The leader of the masters tells links of a chain while the others may still decide "
           "another one.",
           vrs + "section 3, whose master is replicated by Paxos",
           "chain/one-chain",
           {{"announces_decided_only", "false"}}}};
}

std::vector<engine::Defect> read_defects() {
  return {{"cr-zombie-tail-read",
           "A tail that is taken for crashed, and is not, goes on answering queries.",
           vrs + "section 2, assumes fail-stop links",
           "linearizability",
           {{"fence", "none"}}},
          {"cr-read-any-node",
           "Every link answers queries, of what is stable as far as it knows.",
           pull + "QueryLog at every node",
           "linearizability",
           {{"reads", "strong"}, {"dirty_reads", "stable"}}},
          {"craq-dirty-read",
           "A link answers with the newest version that it has, stable or not.",
           craq + "section 2.3: a dirty version is asked for at the tail",
           "linearizability",
           {{"reads", "strong"}, {"dirty_reads", "newest"}}},
          {"craq-gc-named-version",
           "A link has collected the version that the tail names.",
           "Whittaker: A Bug in CRAQ, github.com/mwhittaker/craq_bug, 2020",
           "no-exception",
           {{"reads", "strong"}, {"serves_newer", "false"}}},
          {"craq-restart-marks-clean",
           "A link that comes back takes all that it had for stable.",
           craq + "section 2.3: a version is clean when the tail has acknowledged it",
           "chain/inprocess-requests",
           {{"reads", "strong"}, {"restart_forgets_stable", "false"}}},
          {"craq-version-query-to-old-tail",
           "A link that does not know of the newest chain asks the tail of an old one.",
           craq + "section 2.3, assumes fail-stop links",
           "linearizability",
           {{"reads", "strong"}, {"fence", "none"}}}};
}

}  // namespace

std::vector<engine::Defect> defects() {
  std::vector<engine::Defect> all = history_defects();
  for (const auto& list : {master_defects(), read_defects()})
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace stampede::models::chain
