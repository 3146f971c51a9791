// How operations of foreign histories (Jepsen's `:f` and `:value`) are written as operations and
// results of our services.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/document.hpp"

namespace stampede::histories {

/// One event of a foreign history.
struct ForeignEvent {
  enum class Type : std::uint8_t { invoke, ok, fail, info };
  Type type = Type::invoke;
  std::string process;
  engine::Document f;
  engine::Document value;
  /// Where the record has a key of its own, instead of `[key value]`.
  std::optional<engine::Document> key;
  bool has_error = false;
  /// Where the record began.
  engine::Document place;
  std::int64_t time = 0;
  /// What else the record says: `error: timeout`.
  std::string note;

  /// One that says nothing yet, with the place of its record.
  static ForeignEvent at(const engine::Document& record);
};

/// `note` with one more field.
void add_to_note(std::string& note, const std::string& name, const engine::Document& value);

/// The name of the service that the operations belong to, or nothing.
std::string guess_model(const std::vector<ForeignEvent>& events);

/// InputError if the operations are of a kind that is known, and not judged.
void fail_unjudged(const std::vector<ForeignEvent>& events);

/// `register` or `cas-register`.
bool is_register(const std::string& model);

/// True for a read of a register, or of a key, that saw nil.
bool read_nothing(const std::string& model, const ForeignEvent& completion);

/// Takes all that a queue holds, one after the other.
bool is_drain(const std::string& model, const ForeignEvent& event);

/// The operation as the service reads it; of a drain the dequeue that it consists of. InputError if
/// the service has no such operation.
engine::Document foreign_operation(const std::string& model, const ForeignEvent& invocation);

/// The result as the service reads it. `completion` is ok, or the failure of a compare-and-set that
/// found another value.
engine::Document foreign_result(const std::string& model, const ForeignEvent& invocation,
                                const ForeignEvent& completion);

/// Names of operations, our words for theirs: `write` for `w`, `put`, `set`... Lives as long as
/// `f`.
std::string_view plain_name(std::string_view f);

}  // namespace stampede::histories
