#include "histories/import/collector.hpp"

#include <algorithm>

namespace stampede::histories {
namespace {

constexpr std::size_t recent_count = 4'096;
/// An operation in the history and in its index by client.
constexpr std::uint64_t operation_bytes = sizeof(engine::HistoryOperation) + sizeof(std::uint32_t);
/// Of a client, what is known of it and of its operation under way.
constexpr std::uint64_t client_bytes = 320;
/// A payload beside its content.
constexpr std::uint64_t payload_bytes = 32;

}  // namespace

Collector::Collector(InputText& input) : input_(input), recent_(recent_count) {}

std::uint32_t Collector::client_number(const std::string& client) {
  const auto found = client_numbers_.find(client);
  if (found != client_numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(clients_.size());
  hold_one_more(clients_, client_bytes + 2 * client.size());
  clients_.push_back(client);
  client_numbers_.emplace(client, number);
  return number;
}

void Collector::hold(std::uint64_t bytes) {
  input_.spend(4);
  input_.hold(bytes);
  held_bytes_ += bytes;
}

engine::Payload Collector::shared(engine::Payload payload) {
  engine::Payload& recent = recent_[payload.hash() % recent_count];
  if (!(recent == payload)) {
    // Texts that do not fit into the value itself are at most as long as what was read.
    hold(payload_bytes + payload.type().size + (input_.passed() - counted_input_) +
         sizeof(std::string) * (input_.items() - counted_items_));
    recent = std::move(payload);
  }
  counted_input_ = input_.passed();
  counted_items_ = input_.items();
  return recent;
}

std::size_t Collector::begin(const std::string& client, engine::Operation operation,
                             std::int64_t time) {
  const std::uint32_t number = free_client(client);
  hold_one_more(history_.operations(), operation_bytes);
  history_.invoke({ClientId{number}, next_number_[number]++}, shared(std::move(operation)), 0,
                  {time});
  return history_.operations().size() - 1;
}

std::uint32_t Collector::free_client(const std::string& name) {
  std::uint32_t number = client_number(name);
  if (next_number_.size() < clients_.size()) {
    next_number_.resize(clients_.size(), 1);
    is_busy_.resize(clients_.size(), false);
  }
  if (is_busy_[number]) {
    number = static_cast<std::uint32_t>(clients_.size());
    hold_one_more(clients_, client_bytes + name.size());
    client_numbers_[name] = number;
    clients_.push_back(name);
    next_number_.push_back(1);
    is_busy_.push_back(false);
  }
  is_busy_[number] = true;
  return number;
}

void Collector::complete(std::size_t number, engine::Result result, std::int64_t time) {
  const OperationId id = history_.operations()[number].id;
  is_busy_[id.client.value] = false;
  history_.respond(id, shared(std::move(result)), 0, {time});
}

void Collector::fail(std::size_t number) {
  is_busy_[history_.operations()[number].id.client.value] = false;
  hold_one_more(failed_);
  failed_.push_back({static_cast<std::uint32_t>(number), history_.event_count()});
}

void Collector::add_beside(std::size_t number, const std::string& client,
                           engine::Operation operation, engine::Result result) {
  hold_one_more(besides_, sizeof(Beside) + operation_bytes);
  besides_.push_back(
      {number, client_number(client), shared(std::move(operation)), shared(std::move(result))});
}

void Collector::note(std::size_t number, std::string text) {
  hold_one_more(notes_, sizeof(Note) + text.size());
  notes_.push_back({number, std::move(text)});
}

void Collector::annotate(Annotation annotation) {
  hold_one_more(annotations_,
                sizeof(Annotation) + annotation.text.size() + annotation.subject.size());
  annotation.at_event = history_.event_count();
  annotations_.push_back(std::move(annotation));
}

void Collector::finish(ImportedHistory& imported) {
  recent_.clear();
  imported.notes = std::move(notes_);
  imported.annotations = std::move(annotations_);
  if (failed_.empty() && besides_.empty()) {
    imported.history = std::move(history_);
  } else {
    rewrite(imported);
  }
  std::stable_sort(
      imported.notes.begin(), imported.notes.end(),
      [](const Note& left, const Note& right) { return left.position < right.position; });
  imported.clients = std::move(clients_);
  imported.held_bytes = held_bytes_;
}

/// The history is there twice, and once more of the new one while it grows.
void Collector::expect_room_to_rewrite() {
  const std::size_t operations = history_.operations().size();
  constexpr std::uint64_t beside_each =
      sizeof(std::uint32_t) + sizeof(std::uint64_t) + sizeof(OperationId);
  input_.expect_room(2 * (operations + besides_.size()) * operation_bytes +
                     operations * beside_each + history_.event_count() * sizeof(std::uint32_t) +
                     failed_.size() * sizeof(FailedOperation));
}

/// Writes the history once more without what failed, and with what stands beside other operations;
/// numbers of events and positions move.
void Collector::rewrite(ImportedHistory& imported) {
  constexpr std::uint32_t gone = UINT32_MAX;
  const auto& operations = history_.operations();
  expect_room_to_rewrite();
  std::vector<std::uint32_t> moved_to(operations.size(), 0);
  for (const Failure& failure : failed_) moved_to[failure.position] = gone;
  std::vector<std::uint32_t> events(history_.event_count());  // positions
  for (std::uint32_t position = 0; position < operations.size(); ++position) {
    events[operations[position].invoked_at] = position;
    if (!operations[position].is_open()) events[operations[position].responded_at] = position;
  }
  auto annotation = imported.annotations.begin();
  auto failure = failed_.begin();
  std::vector<std::uint64_t> began_at(operations.size(), 0);
  const auto pass_what_lies_before = [&](std::uint64_t event) {
    const std::uint64_t now = imported.history.event_count();
    for (; annotation != imported.annotations.end() && annotation->at_event <= event;
         ++annotation) {
      annotation->at_event = now;
    }
    for (; failure != failed_.end() && failure->at_event <= event; ++failure) {
      imported.failed.push_back({operations[failure->position].operation,
                                 began_at[failure->position], now,
                                 operations[failure->position].id.client.value});
    }
  };
  std::stable_sort(besides_.begin(), besides_.end(), [](const Beside& left, const Beside& right) {
    return left.position < right.position;
  });
  const auto besides_of = [&](std::uint32_t position) {
    return std::equal_range(
        besides_.begin(), besides_.end(), Beside{position, 0, {}, {}},
        [](const Beside& left, const Beside& right) { return left.position < right.position; });
  };
  std::vector<std::uint32_t> numbers(clients_.size(), 0);
  std::vector<OperationId> ids(operations.size());
  for (std::uint64_t event = 0; event < events.size(); ++event) {
    input_.spend(4);
    pass_what_lies_before(event);
    const std::uint32_t position = events[event];
    const engine::HistoryOperation& operation = operations[position];
    const bool begins = operation.invoked_at == event;
    if (begins) began_at[position] = imported.history.event_count();
    if (moved_to[position] == gone) continue;
    if (begins) {
      ids[position] = {operation.id.client, ++numbers[operation.id.client.value]};
      moved_to[position] = static_cast<std::uint32_t>(imported.history.operations().size());
      imported.history.invoke(ids[position], operation.operation, 0, operation.invoked_time);
    } else {
      imported.history.respond(ids[position], operation.result, 0, operation.responded_time);
    }
    const auto [first, last] = besides_of(position);
    for (auto beside = first; beside != last; ++beside) {
      const ClientId client{beside->client};
      if (begins) {
        imported.history.invoke({client, ++numbers[client.value]}, beside->operation, 0,
                                operation.invoked_time);
      } else {
        imported.history.respond({client, numbers[client.value]}, beside->result, 0,
                                 operation.responded_time);
      }
    }
  }
  pass_what_lies_before(events.size());
  std::erase_if(imported.notes, [&](const Note& note) { return moved_to[note.position] == gone; });
  for (Note& note : imported.notes) note.position = moved_to[note.position];
}

}  // namespace stampede::histories
