// What a process declares, and the one table of functions that the engine makes of it. Authors read
// engine/process/process.hpp; this is what that file is made of.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/process/context.hpp"
#include "engine/process/declarations.hpp"
#include "engine/process/observation.hpp"

namespace stampede::engine {

/// Input of a client process: begin the operation `id` of your plan. `to` overrides the node it
/// would ask first.
struct BeginOperation {
  OperationId id{};
  Operation operation{};
  std::optional<NodeId> to{};
};
STAMPEDE_VALUE(BeginOperation, id, operation, to);

/// A process type as the engine knows it.
struct ProcessType {
  using MessageHandler = void (*)(void* value, const void* message, NodeId from, Context&);
  using TimerHandler = void (*)(void* value, const void* timer, Context&);

  std::string_view name;
  std::uint32_t key = 0;
  void* (*clone)(const void*) = nullptr;
  void (*destroy)(void*) = nullptr;
  bool (*equal)(const void*, const void*) = nullptr;
  std::uint64_t (*hash)(const void*) = nullptr;
  void (*write)(JsonWriter&, const void*) = nullptr;
  void (*start)(void*, Context&) = nullptr;
  void (*recover)(void*, Context&) = nullptr;
  void (*disk_completed)(void*, const DiskCompleted&, Context&) = nullptr;
  void (*begin)(void*, const BeginOperation&, Context&) = nullptr;

  Layer root;
  std::uint32_t layer_count = 0;
  /// The layers that have a durable member (engine/process/durable.hpp).
  std::vector<const Layer*> durable;
  struct MessageEntry {
    const Layer* layer = nullptr;
    MessageHandler handle = nullptr;
  };
  struct TimerEntry {
    const Layer* layer = nullptr;
    TimerHandler handle = nullptr;
  };
  /// By NamedType::index.
  std::vector<MessageEntry> messages;
  std::vector<TimerEntry> timers;
  /// All names, for scripts and schemas.
  std::vector<const NamedType*> message_types;
  std::vector<const NamedType*> timer_types;

  /// Writes what makes one value of another (engine/core/edit.hpp).
  void (*write_edit)(JsonWriter&, const void* before, const void* after) = nullptr;
};

}  // namespace stampede::engine
