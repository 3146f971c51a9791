// What a faulty node may be told to do, whatever its protocol: interposers of general use.
#pragma once

#include <string_view>
#include <vector>

#include "engine/process/adversary.hpp"

namespace stampede::engine {

enum class Behaviour {
  silent,      // sends nothing
  withhold,    // keeps any of its messages to itself
  equivocate,  // tells each receiver what it likes, or nothing
  replay,      // may send, with whatever it sends, something that it has sent before
  delay,       // keeps any of its messages until a later step
  twin,        // runs twice under one identity
};
STAMPEDE_ENUM(Behaviour, silent, withhold, equivocate, replay, delay, twin);

/// For lists: what it does, in a sentence.
std::string_view about(Behaviour behaviour);

/// REQUIRES: not a twin, which is no interposer.
Interposer make_interposer(Behaviour behaviour, Forge forge);

/// A message as an interposer remembers it.
class KeptMessage {
 public:
  KeptMessage() = default;
  explicit KeptMessage(Send send) : send_(std::move(send)) {}
  [[nodiscard]] const Send& send() const { return send_; }

  void append_hash(Hasher& hasher) const;
  friend bool operator==(const KeptMessage& left, const KeptMessage& right);
  friend bool operator<(const KeptMessage& left, const KeptMessage& right);
  friend void write_value(JsonWriter& writer, const KeptMessage& kept);

 private:
  Send send_{};
};

struct Silent {
  void on(Outgoing& outgoing) { outgoing.sends.clear(); }
};
STAMPEDE_VALUE(Silent);

struct Withhold {
  void on(Outgoing& outgoing);
};
STAMPEDE_VALUE(Withhold);

struct Equivocate {
  void on(Outgoing& outgoing);
};
STAMPEDE_VALUE(Equivocate);

struct Replay {
  /// Each message once, ascending.
  std::vector<KeptMessage> said{};
  void on(Outgoing& outgoing);
};
STAMPEDE_VALUE(Replay, said);

struct Delay {
  std::vector<KeptMessage> kept{};
  void on(Outgoing& outgoing);
};
STAMPEDE_VALUE(Delay, kept);

}  // namespace stampede::engine
