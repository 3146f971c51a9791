// Linearizability judged while one run goes on (online.hpp does it for exploration, where the
// knowledge is a value of each world): after each response it is known whether what
// was seen so far still has an explanation, so a run can stop at the first operation that leaves
// none.
//
// 1. A configuration is a state and, for each operation in progress that took effect already, the
// result it then had. All configurations that explain the past are kept, key by key, compared
// exactly.
// 2. An operation takes effect just in time: before a response arrives nothing is decided, then
// only orders that end in the responding operation are tried (Lowe 2017).
// 3. Memory does not grow with the history, but with what is in progress: operations that never
// respond stay for ever. A key with more configurations than allowed is given up, and undecided.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "checkers/linearizability.hpp"

namespace stampede::checkers {

class IncrementalLinearizability {
 public:
  explicit IncrementalLinearizability(const engine::ServiceType& type,
                                      std::size_t max_configurations = 100'000)
      : type_(type), max_configurations_(max_configurations) {}

  void invoke(OperationId id, const engine::Operation& operation);
  /// `violated` if nothing explains the history any more, now or earlier; `undecided` if a key was
  /// given up and no other is violated; else `ok`: so far, so good.
  Judgement respond(OperationId id, const engine::Result& result);

  [[nodiscard]] Judgement verdict() const { return verdict_; }
  /// The key of the violation, or of the part that was given up first.
  [[nodiscard]] const std::string& key() const { return key_; }
  /// Configurations kept now, over all keys.
  [[nodiscard]] std::size_t configurations() const;

 private:
  /// The state, then for each slot 0, or 1 + the result of its operation, which took effect.
  using Configuration = std::vector<std::uint32_t>;

  struct Part {
    std::unique_ptr<engine::Specification> specification;
    std::set<Configuration> configurations;
    /// Operation in each slot; free slots have `no_operation`.
    std::vector<std::uint32_t> slots;
    bool given_up = false;
  };
  struct InProgress {
    Part* part = nullptr;
    std::uint32_t slot = 0;
  };
  static constexpr std::uint32_t no_operation = UINT32_MAX;

  /// All configurations in which the operation in `slot` took effect with `result`; false if there
  /// are too many.
  bool linearize(Part& part, std::uint32_t slot, std::uint32_t result);

  const engine::ServiceType& type_;
  std::size_t max_configurations_;
  std::map<std::string, Part> parts_;
  std::map<OperationId, InProgress> in_progress_;
  Judgement verdict_ = Judgement::ok;
  std::string key_;
};

}  // namespace stampede::checkers
