// Puts the events of an imported history together as they come: who invoked what, and what became
// of it. What failed is left out at the end, when it is known, and what turned out to be several
// operations is told apart.
//
// 1. What it holds grows with the operations only, and is counted: where it would pass the limit,
//    the import ends with the place that was reached.
// 2. Equal operations, and equal results, that are near each other share one payload.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "histories/import/import.hpp"

namespace stampede::histories {

class Collector {
 public:
  /// `input` tells how much was read, and counts what is held.
  explicit Collector(InputText& input);

  /// Number of the operation just begun. `client` is any name; one that has another operation under
  /// way, or one that nobody answered, goes on as a client of its own with the same name, since
  /// nothing says what order it meant.
  std::size_t begin(const std::string& client, engine::Operation operation, std::int64_t time);
  void complete(std::size_t number, engine::Result result, std::int64_t time);
  void fail(std::size_t number);
  /// Another operation with the interval of one that is completed, by a client of its own.
  void add_beside(std::size_t number, const std::string& client, engine::Operation operation,
                  engine::Result result);
  /// Something that was said about the operation, for people.
  void note(std::size_t number, std::string text);
  /// Something that happened beside the operations.
  void annotate(Annotation annotation);

  [[nodiscard]] std::uint32_t client_number(const std::string& client);
  [[nodiscard]] std::uint64_t event_count() const {
    return history_.event_count() + failed_.size();
  }
  /// Counts `bytes` more as held. Throws Stopped if that is too much.
  void hold(std::uint64_t bytes);
  /// The same before an element is added to a list: one that is full is there twice while it grows.
  template <class T>
  void hold_one_more(const std::vector<T>& list, std::uint64_t bytes = sizeof(T)) {
    if (list.size() == list.capacity()) input_.expect_room(list.size() * sizeof(T));
    hold(bytes);
  }
  /// Moves everything into `imported`.
  void finish(ImportedHistory& imported);

 private:
  struct Failure {
    std::uint32_t position;
    /// Events of the history before the failure.
    std::uint64_t at_event;
  };

  struct Beside {
    std::size_t position;
    std::uint32_t client;
    engine::Operation operation;
    engine::Result result;
  };

  std::uint32_t free_client(const std::string& name);
  engine::Payload shared(engine::Payload payload);
  void expect_room_to_rewrite();
  void rewrite(ImportedHistory& imported);

  InputText& input_;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t counted_input_ = 0;
  std::uint64_t counted_items_ = 0;
  engine::History history_;
  std::vector<std::uint32_t> next_number_;  // by client
  std::vector<bool> is_busy_;               // by client
  std::vector<Failure> failed_;
  std::vector<Beside> besides_;
  std::vector<Note> notes_;
  std::vector<Annotation> annotations_;
  std::vector<std::string> clients_;
  std::unordered_map<std::string, std::uint32_t> client_numbers_;  // looked up, never iterated
  std::vector<engine::Payload> recent_;                            // by hash
};

}  // namespace stampede::histories
