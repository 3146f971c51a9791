#include "models/service/transactions.hpp"

#include <algorithm>

#include "models/service/operation_form.hpp"

namespace stampede::models::service {
namespace {

using engine::KeyedShape;
using engine::Shape;
using engine::ShapeValue;

struct ApplyStep {
  Transactions& store;

  transactions::StepResult operator()(const transactions::Read& read) const {
    const auto found = store.registers.find(read.key);
    return transactions::Found{found == store.registers.end() ? std::nullopt
                                                              : std::optional(found->second)};
  }
  transactions::StepResult operator()(const transactions::Write& write) const {
    store.registers[write.key] = write.value;
    return transactions::Done{};
  }
  transactions::StepResult operator()(const transactions::List& list) const {
    const auto found = store.lists.find(list.key);
    return found == store.lists.end() ? transactions::Listed{}
                                      : transactions::Listed{found->second};
  }
  transactions::StepResult operator()(const transactions::Append& append) const {
    store.lists[append.key].push_back(append.element);
    return transactions::Done{};
  }
};

bool step_only_reads(const transactions::Step& step) {
  return std::holds_alternative<transactions::Read>(step) ||
         std::holds_alternative<transactions::List>(step);
}

/// `other` if the step cannot have this result.
Shape shape_of_step(const transactions::Step& step, const transactions::StepResult& result) {
  if (std::holds_alternative<transactions::Read>(step)) {
    const auto* found = std::get_if<transactions::Found>(&result);
    if (found == nullptr) return {};
    return {Shape::Kind::read, ShapeValue::of(found->value), {}, nullptr};
  }
  if (std::holds_alternative<transactions::List>(step)) {
    const auto* listed = std::get_if<transactions::Listed>(&result);
    if (listed == nullptr) return {};
    return {Shape::Kind::read_list, {}, {}, &listed->values};
  }
  const auto* done = std::get_if<transactions::Done>(&result);
  if (done == nullptr || !done->ok) return {};
  if (const auto* write = std::get_if<transactions::Write>(&step))
    return {Shape::Kind::write, {}, ShapeValue::of(write->value), nullptr};
  return {Shape::Kind::append,
          {},
          ShapeValue::of(std::get<transactions::Append>(step).element),
          nullptr};
}

const std::string& key_of_step(const transactions::Step& step) {
  return std::visit([](const auto& one) -> const std::string& { return one.key; }, step);
}

transactions::Step parse_step(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "write", "list", "append"});
  if (form.name == "read") return transactions::Read{text_argument(form, "key")};
  if (form.name == "list") return transactions::List{text_argument(form, "key")};
  if (form.name == "write") {
    const auto texts = text_arguments(form, {"key", "value"});
    return transactions::Write{texts[0], texts[1]};
  }
  const auto texts = text_arguments(form, {"key", "element"});
  return transactions::Append{texts[0], texts[1]};
}

struct WriteStep {
  engine::JsonWriter& writer;

  void operator()(const transactions::Read& read) const { write_form(writer, "read", read.key); }
  void operator()(const transactions::Write& write) const {
    write_form(writer, "write", {write.key, write.value});
  }
  void operator()(const transactions::List& list) const { write_form(writer, "list", list.key); }
  void operator()(const transactions::Append& append) const {
    write_form(writer, "append", {append.key, append.element});
  }
};

}  // namespace

TransactionsResult Transactions::apply(const TransactionsOperation& operation) {
  TransactionsResult result;
  result.results.reserve(operation.steps.size());
  for (const transactions::Step& step : operation.steps)
    result.results.push_back(std::visit(ApplyStep{*this}, step));
  return result;
}

std::optional<std::vector<std::string_view>> Transactions::keys(
    const TransactionsOperation& operation) {
  std::vector<std::string_view> keys;
  keys.reserve(operation.steps.size());
  for (const transactions::Step& step : operation.steps) keys.push_back(key_of_step(step));
  return keys;
}

bool Transactions::is_pure(const TransactionsOperation& operation, const TransactionsResult&) {
  return std::all_of(operation.steps.begin(), operation.steps.end(), &step_only_reads);
}

std::optional<TransactionsResult> Transactions::predict(const TransactionsOperation& operation) {
  const bool reads = std::any_of(operation.steps.begin(), operation.steps.end(), &step_only_reads);
  if (reads) return std::nullopt;
  return TransactionsResult{
      std::vector<transactions::StepResult>(operation.steps.size(), transactions::Done{})};
}

std::vector<KeyedShape> Transactions::shapes(const TransactionsOperation& operation,
                                             const TransactionsResult& result) {
  std::vector<KeyedShape> shapes;
  if (result.results.size() != operation.steps.size()) return shapes;
  shapes.reserve(operation.steps.size());
  for (std::size_t at = 0; at < operation.steps.size(); ++at) {
    shapes.push_back(
        {key_of_step(operation.steps[at]), shape_of_step(operation.steps[at], result.results[at])});
  }
  return shapes;
}

TransactionsOperation Transactions::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"transaction"});
  const bool has_steps =
      form.argument != nullptr && form.argument->is_sequence() && !form.argument->items.empty();
  if (!has_steps) {
    form.whole->fail("'transaction' takes a list of steps",
                     "write { transaction: [{ read: x }, { write: [x, 1] }] }");
  }
  TransactionsOperation operation;
  for (const engine::Document& item : form.argument->items)
    operation.steps.push_back(parse_step(item));
  return operation;
}

TransactionsResult Transactions::parse_result(const engine::Document& document) {
  document.expect_keys("the results of a transaction", {"results"});
  TransactionsResult result;
  document.at("results").expect_sequence("a result for each step");
  for (const engine::Document& item : document.at("results").items)
    result.results.push_back(engine::read_alternative<transactions::StepResult>(item));
  return result;
}

std::vector<std::string> Transactions::kinds() { return {"read", "write", "append"}; }

TransactionsOperation Transactions::generate(std::string_view kind,
                                             const engine::OperationTemplate& request) {
  TransactionsOperation operation;
  std::vector<std::string> keys = {request.key};
  keys.insert(keys.end(), request.more_keys.begin(), request.more_keys.end());
  for (std::size_t at = 0; at < keys.size(); ++at) {
    const std::string list = "list-" + keys[at];
    const std::string value =
        at == 0 ? request.unique_value : request.unique_value + "." + std::to_string(at);
    if (kind == "write") {
      if (at > 0) operation.steps.push_back(transactions::Read{keys[at]});
      operation.steps.push_back(transactions::Write{keys[at], value});
    } else if (kind == "append") {
      if (at > 0) operation.steps.push_back(transactions::List{list});
      operation.steps.push_back(transactions::Append{list, value});
    } else {
      ASSERT(kind == "read");
      operation.steps.push_back(transactions::Read{keys[at]});
      operation.steps.push_back(transactions::List{list});
    }
  }
  return operation;
}

void write_value(engine::JsonWriter& writer, const TransactionsOperation& operation) {
  writer.begin_object();
  writer.key("transaction").begin_array();
  for (const transactions::Step& step : operation.steps) std::visit(WriteStep{writer}, step);
  writer.end_array();
  writer.end_object();
}

void write_value(engine::JsonWriter& writer, const TransactionsResult& result) {
  writer.begin_object();
  writer.key("results").begin_array();
  for (const transactions::StepResult& one : result.results)
    std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, one);
  writer.end_array();
  writer.end_object();
}

void write_value(engine::JsonWriter& writer, const Transactions& store) {
  writer.begin_object();
  writer.key("registers").begin_object();
  for (const auto& [key, value] : store.registers) writer.key(key).text(value);
  writer.end_object();
  writer.key("lists").begin_object();
  for (const auto& [key, values] : store.lists) {
    writer.key(key);
    engine::write(writer, values);
  }
  writer.end_object();
  writer.end_object();
}

}  // namespace stampede::models::service
