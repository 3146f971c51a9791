// Puts the events of an imported history together: who invoked what, what became of it, and in the
// end the history, without what failed.
#pragma once

#include <string>
#include <unordered_map>

#include "checkers/import/import.hpp"

namespace stampede::checkers {

class Collector {
 public:
  /// Number of the operation just begun. `client` is any name.
  std::size_t begin(const std::string& client, engine::Operation operation, std::int64_t time);
  void complete(std::size_t number, engine::Result result, std::int64_t time);
  void fail(std::size_t number);
  /// The client is never heard of again.
  void leave_open(std::size_t number) { entries_[number].outcome = Outcome::open; }

  [[nodiscard]] std::uint32_t client_number(const std::string& client);
  [[nodiscard]] std::uint64_t event_count() const { return events_; }
  /// Takes an event's number without an operation: transactions count theirs here too.
  std::uint64_t next_event() { return events_++; }
  [[nodiscard]] const engine::Operation& operation(std::size_t number) const {
    return entries_[number].operation;
  }
  /// Moves everything into `imported`.
  void finish(ImportedHistory& imported);

 private:
  enum class Outcome : std::uint8_t { open, completed, failed };
  struct Entry {
    engine::Operation operation;
    engine::Result result;
    std::uint64_t invoked_at = 0;
    std::uint64_t responded_at = engine::HistoryOperation::open;
    std::int64_t invoked_time = 0;
    std::int64_t responded_time = 0;
    std::uint32_t client = 0;
    Outcome outcome = Outcome::open;
  };

  std::vector<Entry> entries_;
  std::vector<std::string> clients_;
  std::unordered_map<std::string, std::uint32_t> client_numbers_;  // looked up, never iterated
  std::uint64_t events_ = 0;
};

}  // namespace stampede::checkers
