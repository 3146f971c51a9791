// Linearizability judged while one run goes on (online.hpp does it for exploration, where the
// knowledge is a value of each world): after each response it is known whether what was seen so far
// still has an explanation, so a run can stop at the first operation that leaves none.
//
// 1. A configuration is a state and, for each operation in progress that took effect already, the
//    result it then had. All configurations that explain the past are kept, key by key, compared
//    exactly.
// 2. An operation takes effect just in time: before a response arrives nothing is decided, then
//    only orders that end in the responding operation are tried (Lowe 2017).
// 3. Memory does not grow with the history, but with what is in progress: operations that never
//    respond stay for ever. A key with more configurations than allowed is given up, and undecided.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checkers/linearizability/linearizability.hpp"

namespace stampede::checkers {

class IncrementalLinearizability {
 public:
  explicit IncrementalLinearizability(const engine::ServiceType& type,
                                      std::size_t max_configurations = 100'000)
      : type_(type), max_configurations_(max_configurations) {}

  void invoke(OperationId id, const engine::Operation& operation);
  /// `violated` if nothing explains the history any more, now or earlier; `undecided` if a key was
  /// given up and no other is violated; else `ok`: so far, so good.
  Verdict respond(OperationId id, const engine::Result& result);

  [[nodiscard]] Verdict verdict() const { return verdict_; }
  /// The key of the violation, or of the part that was given up first.
  [[nodiscard]] const std::string& key() const { return key_; }
  /// Configurations kept now, over all keys.
  [[nodiscard]] std::size_t configurations() const;

 private:
  /// An operation in progress that has taken effect, and what it will return.
  struct TookEffect {
    OperationId id{};
    engine::Result result;
    friend bool operator==(const TookEffect&, const TookEffect&) = default;
  };
  struct Configuration {
    engine::Payload state;
    std::vector<TookEffect> ahead;  // by id

    [[nodiscard]] const TookEffect* find(OperationId id) const;
    [[nodiscard]] Configuration with(const TookEffect& done, engine::Payload next_state) const;
    [[nodiscard]] Configuration without(OperationId id) const;
    friend bool operator==(const Configuration&, const Configuration&) = default;
  };
  struct InProgress {
    OperationId id{};
    engine::Operation operation;
  };
  struct Part {
    std::vector<Configuration> configurations;
    std::vector<InProgress> in_progress;
    bool given_up = false;
  };

  /// All configurations in which the operation took effect with `result`; false if there are too
  /// many.
  bool explain(Part& part, OperationId id, const engine::Result& result) const;
  /// The usual case, without a search: nothing else is in progress. False if it is another one.
  bool explain_alone(Part& part, const engine::Result& result) const;
  void conclude(const Part& part, Verdict verdict);

  const engine::ServiceType& type_;
  std::size_t max_configurations_;
  std::map<std::string, Part, std::less<>> parts_;
  std::map<OperationId, Part*> part_of_;
  Verdict verdict_ = Verdict::ok;
  std::string key_;
};

}  // namespace stampede::checkers
