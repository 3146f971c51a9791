#include "histories/import/transaction_import.hpp"

#include <algorithm>

#include "histories/import/operation_mapping.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {

using checkers::MicroOperation;
using checkers::Transaction;
using engine::Document;

namespace {

/// `[:r key value]`; what has not been read yet may be left out.
bool is_micro_operation(const Document& micro) {
  if (!micro.is_sequence() || micro.items.empty() || !micro.items[0].is_scalar()) return false;
  const bool reads = plain_name(micro.items[0].text) == "read";
  return micro.items.size() == 3 || (micro.items.size() == 2 && reads);
}

MicroOperation micro_operation(const Document& micro, const ImportedHistory& imported,
                               bool completed) {
  if (!is_micro_operation(micro)) {
    micro.fail("expected a read or write of a transaction: [:r key value]",
               "is it cut off, or of another kind of history?");
  }
  MicroOperation operation;
  const std::string_view name = plain_name(micro.items[0].text);
  operation.key = value_text(micro.items[1]);
  const Document nothing;
  const Document& argument = micro.items.size() == 3 ? micro.items[2] : nothing;
  const bool given = argument.kind != Document::Kind::null;
  if (name == "append" || name == "write") {
    operation.kind = name == "append" ? MicroOperation::Kind::append : MicroOperation::Kind::write;
    if (given) operation.value = value_text(argument);
  } else if (name == "read" && imported.model == "list-append") {
    operation.kind = MicroOperation::Kind::read_list;
    if (completed) {
      operation.list.emplace();
      if (given) argument.expect_sequence("the list read");
      for (const Document& element : argument.items) operation.list->push_back(value_text(element));
    }
  } else if (name == "read") {
    operation.kind = MicroOperation::Kind::read_value;
    if (completed && given) operation.value = value_text(argument);
  } else {
    micro.items[0].fail("unknown operation '" + micro.items[0].text + "' in a transaction",
                        "expected r, w or append");
  }
  // What is as at first, nothing tells from nothing.
  const bool is_register = operation.kind != MicroOperation::Kind::append;
  if (is_register && operation.value && operation.value == imported.initial) {
    operation.value.reset();
  }
  return operation;
}

}  // namespace

std::vector<MicroOperation> micro_operations(const Document& value, const ImportedHistory& imported,
                                             bool completed) {
  if (!value.is_sequence()) {
    value.fail("expected the reads and writes of a transaction",
               "write them as [[:r 1 nil] [:append 1 5]]");
  }
  std::vector<MicroOperation> operations;
  operations.reserve(value.items.size());
  for (const Document& micro : value.items) {
    operations.push_back(micro_operation(micro, imported, completed));
  }
  return operations;
}

std::vector<MicroOperation> taken_id(const Document& id, std::string taker) {
  if (id.kind == Document::Kind::null) {
    id.fail("expected the value that was generated, found nothing",
            "an answer that never came is :info");
  }
  const std::string key = value_text(id);
  return {{MicroOperation::Kind::read_value, key, {}, {}},
          {MicroOperation::Kind::write, key, std::move(taker), {}}};
}

bool is_transaction_value(const Document& value) {
  return value.is_sequence() && !value.items.empty() &&
         std::all_of(value.items.begin(), value.items.end(), is_micro_operation);
}

bool is_of_reads_and_writes(const Document& value) {
  return is_transaction_value(value) &&
         std::all_of(value.items.begin(), value.items.end(), [](const Document& micro) {
           const std::string_view name = plain_name(micro.items[0].text);
           return name == "read" || name == "write" || name == "append";
         });
}

std::uint64_t bytes_of(const Transaction& transaction) {
  std::uint64_t bytes = sizeof(Transaction);
  for (const MicroOperation& operation : transaction.operations) {
    bytes += sizeof(MicroOperation) + operation.key.size();
    if (operation.value) bytes += operation.value->size();
    if (!operation.list) continue;
    for (const std::string& element : *operation.list)
      bytes += sizeof(std::string) + element.size();
  }
  return bytes;
}

}  // namespace stampede::histories
