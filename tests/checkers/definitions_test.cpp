// The weaker models against their definitions, on small histories: what is violated, what is not,
// with what witness and core; and variants of the checkers that are wrong, each of them told from
// the definition.
#include "tests/checkers/definitions.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "checkers/brute_force.hpp"
#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/minimal_core.hpp"
#include "checkers/consistency/sequential.hpp"
#include "checkers/consistency/staleness.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/witness.hpp"
#include "models/service/kv.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::check_atomicity;
using checkers::check_sequential;
using checkers::sub_history;
using checkers::Verdict;
using checkers::WeakModel;
using definitions::Access;
using definitions::Guarantees;
using engine::History;
using engine::ServiceType;

/// A key-value store that is read and written only.
const ServiceType& store() {
  static const ServiceType type = [] {
    ServiceType reads_and_writes = *models::service::find_service("kv");
    reads_and_writes.kinds = {"read", "write"};
    return reads_and_writes;
  }();
  return type;
}

/// Some reads saw another value of their key, earlier or later, or one from nowhere.
History tampered(const History& history, std::uint64_t seed) {
  namespace kv = models::service::kv;
  const auto& operations = history.operations();
  std::uint64_t draws = 0;
  const auto below = [&](std::uint64_t bound) {
    return engine::below(engine::draw(seed, engine::Domain::test, 1'000 + draws++), bound);
  };
  const auto other_value = [&](const std::string& key) -> std::optional<std::string> {
    std::vector<std::optional<std::string>> values(1);
    for (const engine::HistoryOperation& operation : operations) {
      const auto& call = operation.operation.as<models::service::KvOperation>().call;
      const auto* put = std::get_if<kv::Put>(&call);
      if (put != nullptr && put->key == key) values.emplace_back(put->value);
    }
    if (below(20) == 0) return "nowhere";
    return values[below(values.size())];
  };
  std::vector<std::pair<std::uint64_t, std::size_t>> events;
  for (std::size_t at = 0; at < operations.size(); ++at) {
    events.emplace_back(operations[at].invoked_at, at);
    if (!operations[at].is_open()) events.emplace_back(operations[at].responded_at, at);
  }
  std::sort(events.begin(), events.end());
  History changed;
  for (const auto& [event, at] : events) {
    const engine::HistoryOperation& operation = operations[at];
    if (event == operation.invoked_at) {
      changed.invoke(operation.id, operation.operation, 0, {});
      continue;
    }
    engine::Result result = operation.result;
    const auto* get =
        std::get_if<kv::Get>(&operation.operation.as<models::service::KvOperation>().call);
    if (get != nullptr && below(2) == 0) {
      result = engine::Result::of(models::service::KvResult{kv::Found{other_value(get->key)}});
    }
    changed.respond(operation.id, result, 0, {});
  }
  return changed;
}

/// Different values, 5 to 8 operations of 2 to 4 clients on one or two keys.
History small_history(std::uint64_t seed) {
  HistoryShape shape;
  shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
  shape.operations = 5 + static_cast<std::uint32_t>(seed % 4);
  shape.keys = 1 + static_cast<std::uint32_t>(seed / 4 % 2);
  shape.values = 0;
  shape.open_percent = seed / 32 % 4 == 0 ? 25 : 0;
  shape.stale_percent = seed / 64 % 4 == 0 ? 0 : 40;
  shape.lost_percent = seed / 64 % 4 == 0 ? 0 : 30;
  const History history = random_history(store(), shape, seed);
  return seed / 256 % 2 == 0 ? history : tampered(history, seed);
}

struct Model {
  const char* name;
  std::function<bool(const History&)> definition;
  std::function<checkers::Finding(const History&)> checker;
};

Model weak(const char* name, WeakModel model,
           const std::function<bool(const std::vector<Access>&)>& definition) {
  return {name,
          [=](const History& history) { return definition(definitions::accesses_of(history)); },
          [=](const History& history) { return check_weak(history, store(), model); }};
}

Model session(const char* name, WeakModel model, Guarantees guarantees) {
  return weak(name, model, [=](const std::vector<Access>& accesses) {
    return definitions::keeps(accesses, guarantees);
  });
}

std::vector<Model> models() {
  Model sequential{
      "sequential",
      [](const History& history) {
        return checkers::is_sequential_by_brute_force(history, store());
      },
      [](const History& history) {
        const auto judged = check_sequential(history, store());
        if (judged.verdict == Verdict::ok) {
          REQUIRE(checkers::refute_sequential_witness(history, store(), judged.witness).empty());
        }
        return judged;
      }};
  return {
      sequential,
      weak("causal", WeakModel::causal, definitions::is_causal),
      weak("causal-convergence", WeakModel::causal_convergence,
           definitions::is_causally_convergent),
      weak("causal-memory", WeakModel::causal_memory, definitions::is_causal_memory),
      session("read-your-writes", WeakModel::read_your_writes, {true, false, false, false}),
      session("monotonic-reads", WeakModel::monotonic_reads, {false, true, false, false}),
      session("monotonic-writes", WeakModel::monotonic_writes, {false, false, true, false}),
      session("writes-follow-reads", WeakModel::writes_follow_reads, {false, false, false, true}),
      session("session", WeakModel::session, {true, true, true, true})};
}

/// The core violates the model by itself, and no sound move leaves less that does.
void require_minimal(const Model& model, const History& history, const checkers::Finding& result) {
  REQUIRE(!result.reason.empty());
  const History core = sub_history(history, result.core, {});
  REQUIRE(!model.definition(core));
  for (std::size_t without = 0; without < result.core.size(); ++without) {
    // All on the value of one operation, or a read alone.
    for (const bool alone : {true, false}) {
      const auto accesses = definitions::accesses_of(core);
      std::vector<std::size_t> left;
      for (std::size_t at = 0; at < result.core.size(); ++at) {
        if (accesses.size() != result.core.size()) continue;  // something open need not have been
        const bool same = accesses[at].key == accesses[without].key &&
                          accesses[at].value == accesses[without].value;
        if (alone ? at != without : !same) left.push_back(result.core[at]);
      }
      if (left.empty() || (alone && accesses[without].writes)) continue;
      REQUIRE(model.definition(sub_history(history, left, {})));
    }
  }
}

void compare(const Model& model, std::uint64_t histories) {
  std::uint64_t held = 0;
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    INFO(model.name << " seed " << seed);
    const History history = small_history(seed);
    const auto result = model.checker(history);
    const bool right = model.definition(history);
    REQUIRE(result.verdict == (right ? Verdict::ok : Verdict::violated));
    held += right ? 1 : 0;
    if (!right && seed % 16 == 0) require_minimal(model, history, result);
  }
  CHECK(held > histories / 10);
  CHECK(held < histories);
}

void compare_atomicity(std::uint64_t histories) {
  std::vector<std::uint64_t> found(4, 0);
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    INFO("seed " << seed);
    const History history = small_history(seed);
    const std::uint64_t right = definitions::atomicity(definitions::accesses_of(history));
    const auto result = check_atomicity(history, store(), 0);
    REQUIRE(result.verdict == (right == 0 ? Verdict::violated : Verdict::ok));
    REQUIRE(result.k == right);
    ++found[std::min<std::uint64_t>(right, 3)];
    if (right == 0) continue;
    REQUIRE((right == 1) == checkers::is_linearizable_by_brute_force(history, store()));
    REQUIRE(check_atomicity(history, store(), right).verdict == Verdict::ok);
    if (right == 1) continue;
    const auto refuted = check_atomicity(history, store(), right - 1);
    REQUIRE(refuted.verdict == Verdict::violated);
    const auto core = definitions::accesses_of(sub_history(history, refuted.core, {}));
    const std::uint64_t of_core = definitions::atomicity(core);
    if (refuted.core_open.empty()) REQUIRE((of_core == 0 || of_core >= right));
  }
  for (const std::uint64_t count : found) CHECK(count > histories / 500);
}

// Checkers that are wrong in the ways in which such checkers are wrong.

/// Is the variant told from the definition by one of 3,000 small histories?
bool is_caught(const Model& model, const std::function<bool(const History&)>& variant) {
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    const History history = small_history(seed);
    if (variant(history) != model.definition(history)) return true;
  }
  return false;
}

bool satisfies(const History& history, WeakModel model) {
  return check_weak(history, store(), model).verdict == Verdict::ok;
}

/// The history with clients renamed, each keeping the order of its operations.
History with_clients(const History& history,
                     const std::function<std::uint32_t(const engine::HistoryOperation&)>& client) {
  History changed;
  std::vector<std::pair<std::uint64_t, std::size_t>> events;
  const auto& operations = history.operations();
  for (std::size_t at = 0; at < operations.size(); ++at) {
    events.emplace_back(operations[at].invoked_at, at);
    if (!operations[at].is_open()) events.emplace_back(operations[at].responded_at, at);
  }
  std::sort(events.begin(), events.end());
  for (const auto& [event, at] : events) {
    const OperationId id{ClientId{client(operations[at])}, static_cast<std::uint32_t>(at + 1)};
    if (event == operations[at].invoked_at) {
      changed.invoke(id, operations[at].operation, 0, {});
    } else {
      changed.respond(id, operations[at].result, 0, {});
    }
  }
  return changed;
}

History one_session(const History& history) {
  return with_clients(history, [](const auto&) { return 0U; });
}

/// Each operation by a client of its own.
History no_sessions(const History& history) {
  return with_clients(history, [](const engine::HistoryOperation& operation) {
    return static_cast<std::uint32_t>(100 * operation.id.client.value + operation.id.number);
  });
}

/// Only what one key saw.
bool each_key_alone(const History& history, const std::function<bool(const History&)>& judge) {
  std::map<std::string_view, std::vector<std::size_t>> keys;
  for (std::size_t at = 0; at < history.operations().size(); ++at) {
    keys[store().key(history.operations()[at].operation)].push_back(at);
  }
  return std::all_of(keys.begin(), keys.end(),
                     [&](const auto& key) { return judge(sub_history(history, key.second, {})); });
}

/// Without reads of what was there at first.
History without_initial_reads(const History& history) {
  std::vector<std::size_t> kept;
  for (std::size_t at = 0; at < history.operations().size(); ++at) {
    const engine::HistoryOperation& operation = history.operations()[at];
    const bool initial = !operation.is_open() && operation.result.to_json() == R"({"value":null})";
    if (!initial) kept.push_back(at);
  }
  return sub_history(history, kept, {});
}

}  // namespace

TEST_CASE("definitions: wrong variants of the weak models are caught", "[unit]") {
  const std::vector<Model> all = models();
  const auto sequential = [](const History& history) {
    return check_sequential(history, store()).verdict == Verdict::ok;
  };
  for (const Model& model : all) {
    INFO(model.name);
    const auto judge = [&](const History& history) {
      return model.checker(history).verdict == Verdict::ok;
    };
    CHECK(!is_caught(model, judge));
    const auto merged = [&](const History& history) { return judge(one_session(history)); };
    const auto split = [&](const History& history) { return judge(no_sessions(history)); };
    CHECK(is_caught(model, merged));
    CHECK(is_caught(model, split));
    CHECK(is_caught(model, [](const History&) { return true; }));
    CHECK(is_caught(model, [](const History&) { return false; }));
  }
  // Each model by the checker of its neighbour.
  const auto by = [](WeakModel model) {
    return [model](const History& history) { return satisfies(history, model); };
  };
  CHECK(is_caught(all[0], [](const History& history) {
    return checkers::check_linearizability(history, store()).verdict == Verdict::ok;
  }));
  CHECK(is_caught(all[0], by(WeakModel::causal_convergence)));
  CHECK(is_caught(all[0], [&](const History& history) {
    return each_key_alone(history, sequential);  // sequential consistency is not local
  }));
  CHECK(is_caught(all[1], sequential));
  CHECK(is_caught(all[1], by(WeakModel::session)));
  CHECK(is_caught(all[1], by(WeakModel::causal_memory)));
  CHECK(is_caught(all[2], by(WeakModel::causal)));
  CHECK(is_caught(all[2], by(WeakModel::causal_memory)));
  CHECK(is_caught(all[3], by(WeakModel::causal)));
  CHECK(is_caught(all[3], by(WeakModel::causal_convergence)));
  for (std::size_t model = 0; model < 4; ++model) {
    CHECK(is_caught(all[model], [&](const History& history) {
      return all[model].checker(without_initial_reads(history)).verdict == Verdict::ok;
    }));
  }
  CHECK(is_caught(all[4], by(WeakModel::monotonic_reads)));
  CHECK(is_caught(all[5], by(WeakModel::read_your_writes)));
  CHECK(is_caught(all[7], by(WeakModel::monotonic_writes)));
  CHECK(is_caught(all[8], by(WeakModel::writes_follow_reads)));
}

TEST_CASE("definitions: wrong variants of k-atomicity are caught", "[unit]") {
  const auto is_told = [](const std::function<std::uint64_t(const History&)>& variant) {
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
      const History history = small_history(seed);
      const auto right = definitions::atomicity(definitions::accesses_of(history));
      if (variant(history) != right) return true;
    }
    return false;
  };
  CHECK(is_told([](const History& history) {  // what is missed for sure is not all
    return checkers::measure_staleness(history, store()).versions + 1;
  }));
  CHECK(is_told([](const History& history) {
    return std::min<std::uint64_t>(check_atomicity(history, store(), 0).k, 2);
  }));
  CHECK(is_told([](const History& history) {
          return check_atomicity(one_session(history), store(), 0).k;
        }) == false);  // sessions do not count, time does
  CHECK(is_told([](const History& history) {
    return check_atomicity(without_initial_reads(history), store(), 0).k;
  }));
}

TEST_CASE("definitions: the weak models, their witnesses and cores", "[unit]") {
  for (const Model& model : models()) compare(model, 3'000);
}
TEST_CASE("definitions: 100,000 histories of each weak model", "[.][campaign]") {
  for (const Model& model : models()) compare(model, 100'000);
}
TEST_CASE("definitions: the smallest k", "[unit]") { compare_atomicity(3'000); }
TEST_CASE("definitions: the smallest k of 100,000 histories", "[.][campaign]") {
  compare_atomicity(100'000);
}

}  // namespace stampede::tests
