#include "engine/process/behaviours.hpp"

#include <algorithm>
#include <tuple>

namespace stampede::engine {

std::string_view about(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::silent:
      return "sends nothing";
    case Behaviour::withhold:
      return "keeps any of its messages to itself";
    case Behaviour::equivocate:
      return "tells each receiver what it likes, or nothing; what it can say, the model says";
    case Behaviour::replay:
      return "may send, with whatever it sends, something that it has sent before";
    case Behaviour::delay:
      return "keeps any of its messages until a later step";
    case Behaviour::twin:
      return "runs twice under one identity";
  }
  return "";
}

Interposer make_interposer(Behaviour behaviour, Forge forge) {
  switch (behaviour) {
    case Behaviour::silent:
      return make_interposer(Silent{}, forge);
    case Behaviour::withhold:
      return make_interposer(Withhold{}, forge);
    case Behaviour::equivocate:
      return make_interposer(Equivocate{}, forge);
    case Behaviour::replay:
      return make_interposer(Replay{}, forge);
    case Behaviour::delay:
      return make_interposer(Delay{}, forge);
    case Behaviour::twin:
      break;
  }
  throw AssertionFailed("a twin is no interposer");
}

// ----- kept messages -----

void KeptMessage::append_hash(Hasher& hasher) const {
  hasher.add(send_.type == nullptr ? 0 : send_.type->name_hash);
  hasher.add(send_.payload.hash());
  hasher.add(send_.to.value);
  hasher.add(send_.instance.hash());
}

bool operator==(const KeptMessage& left, const KeptMessage& right) {
  return left.send_.type == right.send_.type && left.send_.to == right.send_.to &&
         left.send_.instance == right.send_.instance && left.send_.payload == right.send_.payload;
}

bool operator<(const KeptMessage& left, const KeptMessage& right) {
  const Send& a = left.send_;
  const Send& b = right.send_;
  if (a.type != b.type)
    return a.type == nullptr || (b.type != nullptr && a.type->name < b.type->name);
  return std::tie(a.to, a.instance, a.payload) < std::tie(b.to, b.instance, b.payload);
}

void write_value(JsonWriter& writer, const KeptMessage& kept) {
  writer.begin_object();
  writer.key("type").text(kept.send_.type->name_of(kept.send_.instance, writer.names()));
  writer.key("to").node(kept.send_.to);
  writer.key("message");
  write(writer, kept.send_.payload);
  writer.end_object();
}

// ----- behaviours -----

void Withhold::on(Outgoing& outgoing) {
  std::erase_if(outgoing.sends, [&](const Send&) { return outgoing.choose("withhold", 2) == 1; });
}

void Equivocate::on(Outgoing& outgoing) {
  std::vector<Send> told;
  for (Send& send : outgoing.sends) {
    const std::vector<Payload> others = outgoing.alternatives(send.payload);
    const auto count = static_cast<std::uint32_t>(others.size());
    const std::uint32_t taken = outgoing.choose("tell", count + 2);
    if (taken == count + 1) continue;
    if (taken != 0) send.payload = others[taken - 1];
    told.push_back(std::move(send));
  }
  outgoing.sends = std::move(told);
}

void Replay::on(Outgoing& outgoing) {
  if (outgoing.sends.empty()) return;
  const auto known = static_cast<std::uint32_t>(said.size());
  const std::uint32_t again = known == 0 ? 0 : outgoing.choose("replay", known + 1);
  std::vector<KeptMessage> now;
  for (const Send& send : outgoing.sends) now.emplace_back(send);
  if (again != 0) outgoing.sends.push_back(said[again - 1].send());
  for (KeptMessage& one : now) {
    const auto place = std::lower_bound(said.begin(), said.end(), one);
    if (place == said.end() || !(*place == one)) said.insert(place, std::move(one));
  }
}

void Delay::on(Outgoing& outgoing) {
  std::vector<Send> now;
  std::vector<KeptMessage> still;
  for (KeptMessage& one : kept) {
    if (outgoing.choose("release", 2) == 1) {
      now.push_back(one.send());
    } else {
      still.push_back(std::move(one));
    }
  }
  for (Send& send : outgoing.sends) {
    if (outgoing.choose("delay", 2) == 1) {
      still.emplace_back(std::move(send));
    } else {
      now.push_back(std::move(send));
    }
  }
  kept = std::move(still);
  outgoing.sends = std::move(now);
}

}  // namespace stampede::engine
