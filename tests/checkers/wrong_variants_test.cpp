// A wrong verdict is impossible to ship unseen: checkers that are wrong in the ways in which such
// checkers are wrong, each of them told from the definition by the comparison that the right one
// passes.
#include <catch2/catch.hpp>
#include <functional>

#include "checkers/brute_force.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/linearizability/search/service_automaton.hpp"
#include "checkers/linearizability/search/windowed_search.hpp"
#include "checkers/witness.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::Part;
using checkers::Verdict;
using engine::History;
using engine::HistoryOperation;
using engine::ServiceType;
using engine::Shape;

HistoryShape variant_shape(std::uint64_t seed) {
  HistoryShape shape;
  shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
  shape.operations = 5 + static_cast<std::uint32_t>(seed % 4);
  shape.keys = 1 + static_cast<std::uint32_t>(seed / 4 % 2);
  shape.values = seed / 8 % 4 == 0 ? 0 : 1 + static_cast<std::uint32_t>(seed / 8 % 4);
  shape.open_percent = seed / 32 % 2 == 0 ? 0 : 25;
  shape.stale_percent = seed / 64 % 4 == 0 ? 0 : 40;
  shape.lost_percent = seed / 64 % 4 == 0 ? 0 : 30;
  return shape;
}

using IsLinearizable = std::function<bool(const History&)>;

/// Is the variant told from the definition by one of 5,000 small histories?
bool is_caught(const IsLinearizable& variant, const char* name) {
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    const History history = random_history(service(name), variant_shape(seed), seed);
    const bool right = checkers::is_linearizable_by_brute_force(history, service(name));
    if (variant(history) != right) return true;
  }
  return false;
}

bool is_accepted(const History& history, const ServiceType& type) {
  return checkers::check_linearizability(history, type).verdict == Verdict::ok;
}

/// The right checker, told another service.
IsLinearizable with_service(const ServiceType& wrong) {
  return [wrong](const History& history) { return is_accepted(history, wrong); };
}

/// The right checker, told another history.
IsLinearizable with_history(const char* name,
                            const std::function<History(const History&)>& change) {
  return [=](const History& history) { return is_accepted(change(history), service(name)); };
}

struct Timed {
  std::int64_t time;
  const HistoryOperation* operation;
  bool response;
};

History rebuilt(std::vector<Timed> events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Timed& left, const Timed& right) { return left.time < right.time; });
  History history;
  for (const Timed& event : events) {
    const HistoryOperation& operation = *event.operation;
    if (event.response) {
      history.respond(operation.id, operation.result, 0, {});
    } else {
      history.invoke(operation.id, operation.operation, 0, {});
    }
  }
  return history;
}

/// Invocations and responses at the times that `call` and `end` give.
template <class Call, class End>
History retimed(const History& history, const Call& call, const End& end) {
  std::vector<Timed> events;
  for (const HistoryOperation& operation : history.operations()) {
    events.push_back({call(operation), &operation, false});
    if (!operation.is_open()) events.push_back({end(operation), &operation, true});
  }
  return rebuilt(std::move(events));
}

std::int64_t invoked(const HistoryOperation& operation) {
  return 4 * static_cast<std::int64_t>(operation.invoked_at);
}
std::int64_t responded(const HistoryOperation& operation) {
  return 4 * static_cast<std::int64_t>(operation.responded_at);
}

/// Searches each part of the history with an automaton and a memory that may be wrong.
template <class Automaton, class Failures = checkers::ConfigurationSet>
IsLinearizable by_search(const char* name) {
  return [name](const History& history) {
    for (const Part& part : checkers::partition(history, service(name))) {
      checkers::Patience unlimited;
      checkers::WindowedSearch<Automaton, Failures> search(
          part, Automaton(history, service(name), part, unlimited), unlimited);
      if (search.run(1'000'000, 1U << 30) != checkers::PartSearch::Status::linearizable) {
        return false;
      }
    }
    return true;
  };
}

using Right = checkers::ServiceAutomaton;

/// Every operation that fits is linearized at once, whether it can change a state or not.
struct Greedy : Right {
  using Right::Right;
  std::uint32_t force(std::uint32_t operation, std::uint32_t state) {
    return choose(operation, state);
  }
};

/// What happens to leave this state as it is counts as pure.
struct PureByState : Right {
  using Right::Right;
  std::uint32_t force(std::uint32_t operation, std::uint32_t state) {
    const std::uint32_t next = choose(operation, state);
    return next == state ? next : checkers::no_state;
  }
};

/// All operations that write are taken for equal.
struct AllAlike : Right {
  AllAlike(const History& history, const ServiceType& type, const Part& part,
           checkers::Patience& patience)
      : Right(history, type, part, patience) {}
  [[nodiscard]] static std::uint32_t kind(std::uint32_t) { return 0; }
  [[nodiscard]] static std::uint32_t kind_count() { return 1; }
};

/// Open operations never take effect.
struct OpenNever : Right {
  OpenNever(const History& history, const ServiceType& type, const Part& part,
            checkers::Patience& patience)
      : Right(history, type, part, patience) {
    for (const checkers::PartOperation& operation : part.operations) {
      open.push_back(operation.is_open());
    }
  }
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t state,
                                std::uint32_t blocking) const {
    return !open[operation] && Right::may_choose(operation, state, blocking);
  }
  std::vector<bool> open;
};

/// Results are not looked at.
struct Blind : Right {
  Blind(const History& history, const ServiceType& type, const Part& part,
        checkers::Patience& patience)
      : Right(history, type, part, patience) {}
  std::uint32_t force(std::uint32_t, std::uint32_t state) { return state; }
};

/// Remembers failures without the state in which they failed.
class StatelessMemory {
 public:
  StatelessMemory(std::size_t words, std::size_t open_bits) : set_(words, open_bits) {}
  [[nodiscard]] bool contains(std::vector<std::uint64_t> key) const {
    key[0] &= 0xffffffff00000000U;
    return set_.contains(key);
  }
  void insert(std::vector<std::uint64_t> key, checkers::Patience& patience) {
    key[0] &= 0xffffffff00000000U;
    set_.insert(key, patience);
  }
  [[nodiscard]] std::uint64_t bytes() const { return set_.bytes(); }
  [[nodiscard]] std::uint64_t bytes_to_insert(std::size_t count) const {
    return set_.bytes_to_insert(count);
  }

 private:
  checkers::ConfigurationSet set_;
};

/// Remembers failures by four bits of a fingerprint: what a collision does, made likely.
class FingerprintMemory {
 public:
  FingerprintMemory(std::size_t, std::size_t) {}
  [[nodiscard]] bool contains(const std::vector<std::uint64_t>& key) const {
    return seen_[print(key)];
  }
  void insert(const std::vector<std::uint64_t>& key, checkers::Patience&) {
    seen_[print(key)] = true;
  }
  [[nodiscard]] static std::uint64_t bytes() { return 0; }
  [[nodiscard]] static std::uint64_t bytes_to_insert(std::size_t) { return 0; }

 private:
  static std::size_t print(const std::vector<std::uint64_t>& key) {
    std::uint64_t hash = engine::hash_seed;
    for (const std::uint64_t word : key) hash = engine::mix(hash, word);
    return hash % 16;
  }
  bool seen_[16] = {};
};

/// Remembers failures without the operations that were linearized.
class FrontierMemory {
 public:
  FrontierMemory(std::size_t, std::size_t) : set_(1, 0) {}
  [[nodiscard]] bool contains(const std::vector<std::uint64_t>& key) const {
    return set_.contains({key[0]});
  }
  void insert(const std::vector<std::uint64_t>& key, checkers::Patience& patience) {
    set_.insert({key[0]}, patience);
  }
  [[nodiscard]] std::uint64_t bytes() const { return set_.bytes(); }
  [[nodiscard]] std::uint64_t bytes_to_insert(std::size_t count) const {
    return set_.bytes_to_insert(count);
  }

 private:
  checkers::ConfigurationSet set_;
};

ServiceType with_shape(const char* name, Shape (*change)(Shape)) {
  ServiceType type = service(name);
  static const ServiceType* original = nullptr;
  static Shape (*current)(Shape) = nullptr;
  original = &service(name);
  current = change;
  type.shape = [](const engine::Operation& operation, const engine::Result& result) {
    return current(original->shape(operation, result));
  };
  return type;
}

}  // namespace

TEST_CASE("wrong variants: the right checkers pass the comparison", "[unit]") {
  for (const char* name : {"register", "kv", "list", "counter", "queue", "stack", "set", "lock"}) {
    INFO(name);
    CHECK(!is_caught(with_service(service(name)), name));
    CHECK(!is_caught(by_search<Right>(name), name));
  }
}

TEST_CASE("wrong variants: purity is by operation and result, never by state", "[unit]") {
  CHECK(is_caught(by_search<Greedy>("register"), "register"));
  CHECK(is_caught(by_search<PureByState>("register"), "register"));
  CHECK(is_caught(by_search<PureByState>("set"), "set"));
}

TEST_CASE("wrong variants: open operations", "[unit]") {
  CHECK(is_caught(by_search<OpenNever>("register"), "register"));
  CHECK(is_caught(by_search<AllAlike>("register"), "register"));
  // Closed at the event after their invocation, as if they must have happened by then.
  CHECK(is_caught(with_history("register",
                               [](const History& history) {
                                 std::vector<Timed> events;
                                 std::vector<HistoryOperation> closed(history.operations().begin(),
                                                                      history.operations().end());
                                 for (HistoryOperation& operation : closed) {
                                   if (operation.is_open()) {
                                     const auto result =
                                         service("register").predict(operation.operation);
                                     if (result) {
                                       operation.result = *result;
                                       operation.responded_at = operation.invoked_at + 1;
                                     }
                                   }
                                   events.push_back({invoked(operation), &operation, false});
                                   if (!operation.is_open()) {
                                     events.push_back({responded(operation), &operation, true});
                                   }
                                 }
                                 return rebuilt(std::move(events));
                               }),
                  "register"));
  // Deleted.
  CHECK(is_caught(with_history("register",
                               [](const History& history) {
                                 std::vector<std::size_t> positions;
                                 for (std::size_t at = 0; at < history.operations().size(); ++at) {
                                   if (!history.operations()[at].is_open()) positions.push_back(at);
                                 }
                                 return checkers::sub_history(history, positions, {});
                               }),
                  "register"));
}

TEST_CASE("wrong variants: time", "[unit]") {
  // Real time ignored: everything overlaps.
  CHECK(is_caught(with_history("register",
                               [](const History& history) {
                                 return retimed(
                                     history, [](const HistoryOperation&) { return 0; },
                                     [](const HistoryOperation&) { return 1; });
                               }),
                  "register"));
  // Responses rounded down, invocations up: what overlapped does not any more.
  CHECK(is_caught(with_history("register",
                               [](const History& history) {
                                 return retimed(history, invoked, [](const HistoryOperation& done) {
                                   return invoked(done) + 1;
                                 });
                               }),
                  "register"));
  // Responses rounded to coarse units, and equal times taken for an order.
  CHECK(is_caught(
      with_history("register",
                   [](const History& history) {
                     return retimed(
                         history,
                         [](const HistoryOperation& done) { return invoked(done) / 16 * 16 + 15; },
                         [](const HistoryOperation& done) {
                           return std::max(invoked(done) / 16 * 16 + 15, responded(done) / 16 * 16);
                         });
                   }),
      "register"));
}

TEST_CASE("wrong variants: memories of failures", "[unit]") {
  CHECK(is_caught(by_search<Right, StatelessMemory>("register"), "register"));
  CHECK(is_caught(by_search<Right, FingerprintMemory>("register"), "register"));
  CHECK(is_caught(by_search<Right, FrontierMemory>("register"), "register"));
}

TEST_CASE(
    "configuration set: a failure covers those with fewer open operations left, and no others",
    "[unit]") {
  checkers::Patience unlimited;
  checkers::ConfigurationSet failed(2, 3);  // bits 0 to 2 are open operations
  failed.insert({7, 0b01010}, unlimited);
  CHECK(failed.contains({7, 0b01010}));
  CHECK(failed.contains({7, 0b01111}));
  CHECK(!failed.contains({7, 0b01101}));  // one that was linearized is left again
  CHECK(!failed.contains({7, 0b11010}));  // a completed one more
  CHECK(!failed.contains({7, 0b00010}));
  CHECK(!failed.contains({8, 0b01010}));
  failed.insert({7, 0b01000}, unlimited);
  CHECK(failed.contains({7, 0b01101}));
}

TEST_CASE("wrong variants: results", "[unit]") {
  static constexpr auto text = [](std::string_view content) {
    return engine::ShapeValue::of(content);
  };
  CHECK(is_caught(by_search<Blind>("register"), "register"));
  CHECK(is_caught(with_service(with_shape("register",
                                          [](Shape shape) {
                                            // Two values with one text: duplicates mixed up.
                                            if (shape.writes == text("v2"))
                                              shape.writes = text("v1");
                                            if (shape.reads == text("v2")) shape.reads = text("v1");
                                            return shape;
                                          })),
                  "register"));
  CHECK(is_caught(
      with_service(with_shape("register",
                              [](Shape shape) {
                                // Absence taken for "unknown", which fits anything.
                                if (shape.kind == Shape::Kind::read && shape.reads.is_nothing()) {
                                  shape = {Shape::Kind::failed_cas, text("nowhere"), {}, nullptr};
                                }
                                return shape;
                              })),
      "register"));
  CHECK(is_caught(with_service(with_shape("kv",
                                          [](Shape shape) {
                                            // An append taken for a write.
                                            if (shape.kind == Shape::Kind::extend_text) {
                                              shape.kind = Shape::Kind::write;
                                            }
                                            return shape;
                                          })),
                  "kv"));
}

}  // namespace stampede::tests
