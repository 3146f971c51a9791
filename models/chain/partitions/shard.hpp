// models/chain/partitions/shard.hpp: what a chain replicates here: the ranges that it holds, each
// with its part of the service. That a range comes or goes is an update like others.
//
// 1. What a chain holds is a function of its history: all its links agree on it.
// 2. A range that was released has all updates before that in it, and gets no more.
// 3. Whoever was answered about a range goes with it: a repetition is answered, not executed, by
//    whichever chain holds the range then.
// 4. A range is taken over once for each table that gives it to the chain: what comes late is of an
//    epoch that the chain has had.
#pragma once

#include <map>
#include <optional>
#include <variant>

#include "models/chain/partitions/messages.hpp"
#include "models/chain/replica.hpp"

namespace stampede::models::chain::partitions {

/// A range in the hands of a chain, or on its way to it.
struct Range {
  /// Of the table that gave it to the chain.
  Epoch epoch = 0;
  ChainNumber chain = 0;
  engine::ServiceState content{};
  std::map<ClientId, Session> sessions{};
};
STAMPEDE_VALUE(Range, epoch, chain, content, sessions);

// ----- operations -----
struct Perform {
  RangeNumber range = 0;
  Request request{};
};
STAMPEDE_VALUE(Perform, range, request);
/// Changes nothing.
struct Read {
  RangeNumber range = 0;
  Operation operation{};
};
STAMPEDE_VALUE(Read, range, operation);
/// The range leaves for the chain that this table gives it to.
struct Release {
  RangeNumber range = 0;
  ChainNumber to = 0;
  Epoch epoch = 0;
};
STAMPEDE_VALUE(Release, range, to, epoch);
struct Adopt {
  RangeNumber number = 0;
  Range range{};
};
STAMPEDE_VALUE(Adopt, number, range);
/// What left under this table has been taken over.
struct Forget {
  RangeNumber range = 0;
  Epoch epoch = 0;
};
STAMPEDE_VALUE(Forget, range, epoch);

struct ShardOperation {
  std::variant<Perform, Read, Release, Adopt, Forget> what{};
};
STAMPEDE_VALUE(ShardOperation, what);

/// The chain does not hold the range.
struct NotMine {
  bool not_mine = true;
};
STAMPEDE_VALUE(NotMine, not_mine);
/// Executed by this chain; a repetition may be answered by another one.
struct Done {
  Result result{};
  ChainNumber chain = 0;
};
STAMPEDE_VALUE(Done, result, chain);

struct ShardResult {
  std::variant<NotMine, Done> what{};
};
STAMPEDE_VALUE(ShardResult, what);

struct Shard {
  using Operation = ShardOperation;
  using Result = ShardResult;

  std::map<RangeNumber, Range> held{};
  /// They left, and may not have been taken over yet.
  std::map<RangeNumber, Range> released{};
  /// The newest epoch under which a range was taken over, or left.
  std::map<RangeNumber, Epoch> seen{};

  ShardResult apply(const ShardOperation& operation);
  ShardResult apply(const Perform& perform);
  ShardResult apply(const Read& read);
  ShardResult apply(const Release& release);
  ShardResult apply(const Adopt& adopt);
  ShardResult apply(const Forget& forget);

  // Nobody writes such operations down, or draws them: clients ask for those of the service.
  static ShardOperation parse(const engine::Document&) { throw no_workload(); }
  static std::vector<std::string> kinds() { return {}; }
  static ShardOperation generate(std::string_view, const engine::OperationTemplate&) {
    throw no_workload();
  }
  static engine::AssertionFailed no_workload() {
    return engine::AssertionFailed("a shard has no workload of its own");
  }
};
STAMPEDE_VALUE(Shard, held, released, seen);

/// From the head of a chain to that of the one that takes the range over.
struct Handover {
  ChainNumber from = 0;
  RangeNumber number = 0;
  Range range{};
};
STAMPEDE_VALUE(Handover, from, number, range);

template <class What>
[[nodiscard]] Operation operation_of(What what) {
  return Operation::of(ShardOperation{std::move(what)});
}

/// What the links of a chain hold that have executed as much as this one.
[[nodiscard]] const Shard& shard_of(const Replica& replica);

/// How a chain stands to a range.
struct Standing {
  bool held = false;
  /// Under this table, and not known to be taken over.
  std::optional<Epoch> released{};
  Epoch seen = 0;
};
[[nodiscard]] Standing standing_in(const Shard& shard, RangeNumber range);
/// When all that this link has is stable.
[[nodiscard]] Standing standing_of(const Replica& replica, RangeNumber range);

}  // namespace stampede::models::chain::partitions
