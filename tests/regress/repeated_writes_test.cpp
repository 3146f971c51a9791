// Repaired: where a value was written twice, what is wrong whoever wrote it was not reported, and a
// history that no order explains named none of its transactions.
#include <catch2/catch.hpp>

#include "checkers/transactions/transactions.hpp"
#include "histories/import/import.hpp"

namespace stampede::tests {
namespace {

using checkers::Finding;
using checkers::Isolation;
using engine::Verdict;

/// What is said of transactions, each `process outcome [[...]]` of its own line.
Finding judge_transactions(const std::string& lines, Isolation isolation,
                           const std::string& initial = "") {
  std::string text;
  std::size_t begin = 0;
  while (begin < lines.size()) {
    const std::size_t end = lines.find('\n', begin);
    const std::string line = lines.substr(begin, end - begin);
    const std::size_t type = line.find(' ');
    const std::size_t value = line.find(' ', type + 1);
    text += "{:process " + line.substr(0, type) +
            ", :type :" + line.substr(type + 1, value - type - 1) + ", :f :txn, :value" +
            line.substr(value) + "}\n";
    begin = end + 1;
  }
  histories::ImportSettings settings;
  if (!initial.empty()) settings.initial = initial;
  const auto imported = histories::import_history(histories::InputText::of(text, "h"), settings);
  return checkers::check_transactions(imported.transactions, isolation);
}

std::string forbidden_names(const Finding& finding) {
  std::string names;
  for (const checkers::Anomaly& anomaly : finding.anomalies) {
    if (anomaly.is_forbidden) names += (names.empty() ? "" : " ") + anomaly.name;
  }
  return names;
}

const std::string register_twice = "8 ok [[:w k v]]\n9 ok [[:w k v]]\n";
const std::string list_twice = "8 ok [[:append k v]]\n9 ok [[:append k v]]\n";

}  // namespace

TEST_CASE("regress: what is wrong whoever wrote is reported beside repeated writes",
          "[regress][unit]") {
  struct Case {
    std::string lines;
    Isolation isolation;
    std::string names;
  };
  const Case cases[] = {
      {register_twice + "0 ok [[:r k 5]]\n", Isolation::read_uncommitted, "unwritten"},
      {list_twice + "0 ok [[:r k [5]]]\n", Isolation::read_uncommitted, "unwritten"},
      {list_twice + "0 ok [[:r k [v 5 v]]]\n", Isolation::read_committed, "unwritten"},
      {register_twice + "0 fail [[:w k 5]]\n1 ok [[:r k 5]]\n", Isolation::read_committed, "G1a"},
      {register_twice + "0 fail [[:w k 5]]\n1 fail [[:w k 5]]\n2 ok [[:r k 5]]\n",
       Isolation::read_committed, "G1a"},
      {list_twice + "0 fail [[:append k 5]]\n1 ok [[:r k [5]]]\n", Isolation::read_committed,
       "G1a"},
      {register_twice + "0 ok [[:w k 5] [:w k 6]]\n1 ok [[:r k 5]]\n", Isolation::read_committed,
       "G1b"},
      {list_twice + "0 ok [[:append k 5]]\n1 ok [[:r k [v 5]]]\n2 ok [[:r k [5]]]\n",
       Isolation::read_committed, "incompatible-order"},
      {register_twice + "0 ok [[:w k 5]]\n1 ok [[:r k 5] [:w k v]]\n2 ok [[:r k 5] [:w k v]]\n",
       Isolation::snapshot, "lost-update"},
      {list_twice + "1 ok [[:r k [v]] [:append k v]]\n2 ok [[:r k [v]] [:append k v]]\n",
       Isolation::snapshot, "lost-update"},
  };
  for (const Case& one : cases) {
    INFO(one.lines);
    const Finding finding = judge_transactions(one.lines, one.isolation);
    CHECK(finding.verdict == Verdict::violated);
    CHECK(forbidden_names(finding) == one.names);
  }
  const Finding initial = judge_transactions("0 ok [[:r k 5] [:w k v]]\n1 ok [[:r k 5] [:w k v]]\n",
                                             Isolation::snapshot, "5");
  CHECK(forbidden_names(initial) == "lost-update");
  REQUIRE(initial.anomalies.size() == 1);
  CHECK(initial.anomalies[0].transactions == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("regress: what may be right beside repeated writes is not called wrong",
          "[regress][unit]") {
  const std::string fine[] = {
      // One of those who wrote it committed, or may have.
      register_twice + "0 fail [[:w k v]]\n1 ok [[:r k v]]\n",
      "0 fail [[:w k v]]\n1 info [[:w k v]]\n2 ok [[:r k v]]\n",
      // Both read v, but not the same one.
      "0 ok [[:w k v]]\n1 ok [[:r k v] [:w k v]]\n2 ok [[:r k v] [:w k v]]\n",
      list_twice + "1 ok [[:r k [v]]]\n2 ok [[:r k [v v]]]\n",
  };
  for (const std::string& lines : fine) {
    INFO(lines);
    for (const Isolation isolation : {Isolation::read_uncommitted, Isolation::read_committed}) {
      CHECK(judge_transactions(lines, isolation).verdict == Verdict::undecided);
    }
    CHECK(judge_transactions(lines, Isolation::serializable).verdict == Verdict::ok);
  }
}

TEST_CASE("regress: where no order explains what was read, few transactions are named",
          "[regress][unit]") {
  const Finding session = judge_transactions("0 ok [[:w x 1]]\n0 ok [[:w x 2]]\n0 ok [[:r x 1]]\n",
                                             Isolation::strong_session_serializable);
  REQUIRE(session.anomalies.size() == 1);
  CHECK(session.anomalies[0].name == "not-serializable");
  CHECK(session.anomalies[0].transactions == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(session.anomalies[0].is_shortest);
  CHECK(session.anomalies[0].description ==
        "no serial order of T0, T1 and T2, with processes in their order, explains what was read");

  // Among others, that have nothing to do with it, and with reads that are not needed.
  std::string many;
  for (int number = 0; number < 40; ++number) {
    const std::string value = std::to_string(number);
    many += "7 ok [[:w y " + value + "] [:r z nil]]\n5 ok [[:r y " + value + "]]\n";
    if (number == 20) many += "0 ok [[:w x 1] [:r y 20]]\n0 ok [[:w x 2]]\n0 ok [[:r x 1]]\n";
  }
  const Finding among = judge_transactions(many, Isolation::strong_session_serializable);
  REQUIRE(among.anomalies.size() == 1);
  CHECK(among.anomalies[0].transactions == std::vector<std::uint32_t>{42, 43, 44});

  const Finding snapshots =
      judge_transactions("0 ok [[:w x 1]]\n0 ok [[:w x 2]]\n0 ok [[:r x 1]]\n1 ok [[:w y 1]]\n",
                         Isolation::strong_session_snapshot);
  REQUIRE(snapshots.anomalies.size() == 1);
  CHECK(snapshots.anomalies[0].name == "not-snapshot-isolated");
  CHECK(snapshots.anomalies[0].transactions == std::vector<std::uint32_t>{0, 1, 2});
}

}  // namespace stampede::tests
