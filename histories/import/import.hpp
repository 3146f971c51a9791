// Histories recorded elsewhere, as histories of our services.
//
// 1. `ok` must have taken effect, `fail` must not (the operation is left out), `info` and a missing
//    completion may have, at any time: they stay open for ever.
// 2. Only the order of events counts. Porcupine's dumps have times instead: equal times are
//    concurrent.
// 3. What is not understood is an InputError with its place; nothing is guessed and nothing dropped
//    but what a remark says.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkers/transactions/transaction.hpp"
#include "engine/world/history.hpp"
#include "histories/import/input_text.hpp"

namespace stampede::histories {

enum class HistoryFormat { ndjson, jepsen_edn, jepsen_log, jepsen_json, porcupine_json };

/// The names of the command line: ndjson, jepsen-edn, ...
std::string format_name(HistoryFormat format);
std::optional<HistoryFormat> find_format(std::string_view name);
std::vector<std::string> format_names();

/// What a failed compare-and-set says.
enum class FailedCas {
  /// Whatever the format is known for: a mismatch in Jepsen's text logs, else nothing.
  by_format,
  /// It was tried, and another value was there.
  mismatch,
  /// Nothing: it never happened.
  absent,
};

/// What a read of nil saw.
enum class NilReads {
  /// That nothing was there.
  absent,
  /// It is not known: such reads are left out, which is how Knossos takes them.
  unknown,
};

struct ImportSettings {
  /// Sniffed if missing.
  std::optional<HistoryFormat> format;
  /// Name of a service; told by the file, or guessed from its operations, if empty.
  std::string model;
  FailedCas failed_cas = FailedCas::by_format;
  NilReads nil_reads = NilReads::absent;
  /// Of a Jepsen history whose operations name keys, only those on this one.
  std::optional<std::string> key;
  /// What registers hold at first, and every key of a key-value store. Nothing if missing.
  std::optional<std::string> initial;
  /// An import that would hold more ends.
  std::uint64_t max_memory_bytes = std::uint64_t{4} << 30;
  /// Asked every millisecond or so: anything but the empty text ends the import.
  checkers::Patience::Stop stop{};
  /// The services that there are.
  std::function<const engine::ServiceType*(std::string_view)> find_service;
  std::vector<std::string> service_names;
};

/// Something that happened beside the operations: a fault.
struct Annotation {
  /// Events of the history before it.
  std::uint64_t at_event = 0;
  std::string text;
  /// Whether what `text` names begins here, ends here, or only happens.
  enum class Edge : std::uint8_t { none, begins, ends } edge = Edge::none;
  /// What begins and ends: the same for both.
  std::string subject;
};

/// What a record said in fields that mean nothing here, errors among them.
struct Note {
  /// Of the operation, or the number of the transaction.
  std::size_t position = 0;
  std::string text;
};

/// An operation that must not have taken effect.
struct FailedOperation {
  engine::Operation operation;
  std::uint64_t invoked_at = 0;
  std::uint64_t failed_at = 0;
  std::uint32_t client = 0;
};

struct ImportedHistory {
  HistoryFormat format = HistoryFormat::ndjson;
  std::string model;
  /// Null for transactions, and where there is no operation that would tell.
  const engine::ServiceType* type = nullptr;
  /// The type, where it is not one of those that there are: with another initial state.
  std::shared_ptr<const engine::ServiceType> own_type;
  /// ImportSettings::initial.
  std::optional<std::string> initial;
  engine::History history;
  /// Names of clients as the file has them, by ClientId.
  std::vector<std::string> clients;
  std::vector<FailedOperation> failed;
  /// In the order of the file.
  std::vector<Annotation> annotations;
  /// By position.
  std::vector<Note> notes;
  /// What a reader should know: a missing end, a guessed model.
  std::vector<std::string> remarks;
  std::vector<checkers::Transaction> transactions;
  bool transactional = false;
  /// Memory that the history takes, about.
  std::uint64_t held_bytes = 0;

  /// Operations with a result, or transactions that committed: without one there is nothing to
  /// judge.
  [[nodiscard]] std::uint64_t completed() const;
};

/// The names that mean transactions instead of a service.
bool is_transaction_model(std::string_view model);
/// The one of them whose transactions are told as values that were generated.
bool is_of_ids(std::string_view model);

/// InputError if the text is not understood. Throws Stopped where a cap is reached, with the line
/// where that was.
ImportedHistory import_history(InputText input, const ImportSettings& settings);

}  // namespace stampede::histories
