#include "checkers/transactions/from_history.hpp"

namespace stampede::checkers {
namespace {

using engine::Shape;

/// A step; what it saw is not known where nobody saw it return.
MicroOperation micro_operation(const engine::KeyedShape& step, bool is_known) {
  using Kind = MicroOperation::Kind;
  const auto text_of = [](const engine::ShapeValue& value) -> std::optional<std::string> {
    if (!value.is_text()) return std::nullopt;
    return std::string(value.text());
  };
  const std::string key(step.key);
  switch (step.shape.kind) {
    case Shape::Kind::read:
      return {Kind::read_value, key, is_known ? text_of(step.shape.reads) : std::nullopt, {}};
    case Shape::Kind::read_list:
      return {Kind::read_list, key, {}, is_known ? std::optional(*step.shape.list) : std::nullopt};
    case Shape::Kind::write:
      return {Kind::write, key, text_of(step.shape.writes), {}};
    default:
      ASSERT(step.shape.kind == Shape::Kind::append);
      return {Kind::append, key, text_of(step.shape.writes), {}};
  }
}

}  // namespace

std::vector<Transaction> transactions_of(const engine::History& history,
                                         const engine::ServiceType& service, Patience& patience) {
  ASSERT(service.shapes != nullptr);
  std::vector<Transaction> transactions;
  transactions.reserve(history.operations().size());
  for (const engine::HistoryOperation& operation : history.operations()) {
    Transaction& transaction = transactions.emplace_back();
    transaction.client = operation.id.client.value;
    transaction.invoked_at = operation.invoked_at;
    transaction.responded_at = operation.responded_at;
    transaction.invoked_time = operation.invoked_time.nanoseconds;
    transaction.responded_time = operation.responded_time.nanoseconds;
    transaction.outcome =
        operation.is_open() ? Transaction::Outcome::unknown : Transaction::Outcome::committed;
    // What it would do at first tells what it does, but not what it saw.
    const engine::Result result = operation.is_open()
                                      ? service.apply(service.initial, operation.operation).second
                                      : operation.result;
    for (const engine::KeyedShape& step : service.shapes(operation.operation, result)) {
      patience.spend(4);
      transaction.operations.push_back(micro_operation(step, !operation.is_open()));
    }
  }
  return transactions;
}

}  // namespace stampede::checkers
