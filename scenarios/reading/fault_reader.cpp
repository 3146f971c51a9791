#include "scenarios/reading/fault_reader.hpp"

#include <algorithm>
#include <map>

#include "scenarios/reading/fault_schema.hpp"
#include "scenarios/reading/network_reader.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;
using faults::Fault;
using faults::NodeSelector;
using faults::Trigger;

struct FaultReader {
  const Participants& nodes;
  const Zones& zones;
  const TypeNames& types;
  std::map<std::string, std::uint32_t> ordinals;

  /// `minority of masters`: what stands before `of`, and the group behind it; without one the main
  /// group.
  struct OfGroup {
    Document what;
    std::uint32_t group = 0;
    bool named = false;
  };
  OfGroup of_group(const Document& document) const {
    OfGroup found{document};
    const std::string& text = document.scalar("nodes");
    const std::string_view separator = " of ";
    const std::size_t place = text.find(separator);
    if (place == std::string::npos) return found;
    found.group = nodes.group(document, text.substr(place + separator.size()));
    found.named = true;
    found.what.text = text.substr(0, place);
    return found;
  }

  NodeSelector selector(const Document& document) const {
    NodeSelector selector;
    if (document.is_mapping()) {
      document.expect_keys("nodes", {"random", "zone"});
      if (const Document* zone = document.find("zone")) {
        selector.nodes = zones.find(*zone);
        return selector;
      }
      const OfGroup random = of_group(document.at("random"));
      selector.kind = NodeSelector::Kind::random;
      selector.count = static_cast<std::uint32_t>(engine::read_integer(random.what, 1, 63));
      selector.group = random.group;
      return selector;
    }
    if (document.is_sequence()) {
      if (document.items.empty())
        document.fail("no nodes are named", "for example [r0], or primary, backups, all");
      for (const Document& item : document.items) selector.nodes.push_back(nodes.find(item));
      std::sort(selector.nodes.begin(), selector.nodes.end());
      return selector;
    }
    const std::string& text = document.scalar("nodes");
    const std::vector<std::pair<std::string, NodeSelector::Kind>> roles = {
        {"primary", NodeSelector::Kind::primary},   {"backups", NodeSelector::Kind::backups},
        {"minority", NodeSelector::Kind::minority}, {"majority", NodeSelector::Kind::majority},
        {"all", NodeSelector::Kind::all},           {"clients", NodeSelector::Kind::clients},
        {"random", NodeSelector::Kind::random}};
    const OfGroup drawn = of_group(document);
    for (const auto& [role, kind] : roles) {
      if (drawn.what.text != role) continue;
      if (drawn.named && kind == NodeSelector::Kind::clients)
        document.fail("'clients' are those of all groups", "write 'all of', and the group");
      selector.kind = kind;
      selector.group = drawn.group;
      return selector;
    }
    const auto& names = nodes.names();
    if (std::find(names.begin(), names.end(), text) == names.end()) {
      std::vector<std::string> known = names;
      for (const auto& [role, kind] : roles) known.push_back(role);
      engine::fail_unknown(document.place(), "node or role", text, known);
    }
    selector.nodes.push_back(nodes.find(document));
    return selector;
  }

  std::vector<NodeId> names(const Document& document) const {
    std::vector<NodeId> list;
    if (document.is_sequence()) {
      for (const Document& item : document.items) list.push_back(nodes.find(item));
    } else {
      list.push_back(nodes.find(document));
    }
    return list;
  }

  static void require_known(const Document& document, const std::vector<std::string>& known,
                            const char* what) {
    const std::string& text = document.scalar("a name");
    if (std::find(known.begin(), known.end(), text) != known.end()) return;
    engine::fail_unknown(document.place(), what, text, known);
  }

  Trigger trigger(const Document& document) const {
    Trigger trigger;
    for (const Document::Entry& entry : document.entries) {
      if (entry.key == "sent" || entry.key == "delivered") {
        trigger.kind = entry.key == "sent" ? Trigger::Kind::sent : Trigger::Kind::delivered;
        require_known(entry.value, types.messages, "message type");
        trigger.name = entry.value.text;
      } else if (entry.key == "role_change") {
        trigger.kind = Trigger::Kind::role_change;
      } else if (entry.key == "probe") {
        trigger.kind = Trigger::Kind::probe;
        require_known(entry.value, types.probes, "probe");
        trigger.name = entry.value.text;
      } else if (entry.key == "by") {
        trigger.by = names(entry.value);
      } else if (entry.key == "from") {
        trigger.from = names(entry.value);
      } else if (entry.key == "to") {
        trigger.to = names(entry.value);
      } else {
        trigger.nth = static_cast<std::uint32_t>(engine::read_integer(entry.value, 1, 1'000'000));
      }
    }
    return trigger;
  }

  void read_timing(const Document& document, Fault& fault) const {
    if (const Document* name = document.find("name")) fault.name = name->scalar("a name");
    if (const Document* at = document.find("at")) fault.at = engine::read_duration(*at);
    if (const Document* every = document.find("every")) {
      fault.every = engine::read_duration(every->is_mapping() ? every->at("mean") : *every);
      if (fault.every->nanoseconds < 1000)
        every->fail("'every' needs at least 1us", "write for example 500ms");
    }
    if (const Document* when = document.find("when")) fault.when = trigger(*when);
    if (const Document* lasts = document.find("lasts")) fault.lasts = engine::read_duration(*lasts);
    if (const Document* until = document.find("until")) fault.until = trigger(*until);
    if (const Document* times = document.find("times")) {
      fault.times = static_cast<std::uint32_t>(engine::read_integer(*times, 1, 1'000'000));
    }
    if (const Document* chance = document.find("chance")) fault.chance = read_rate(*chance);
    const int beginnings = (fault.at ? 1 : 0) + (fault.every ? 1 : 0) + (fault.when ? 1 : 0);
    if (beginnings > 1) document.fail("a fault begins in one way", "only one of: at, every, when");
    if (fault.lasts && fault.until)
      document.fail("a fault ends in one way", "only one of: lasts, until");
  }

  faults::LinkFault filter(const Document& value) const {
    faults::LinkFault link;
    if (!value.is_mapping()) return link;
    if (const Document* type = value.find("type")) {
      require_known(*type, types.messages, "message type");
      link.type = type->text;
    }
    if (const Document* from = value.find("from")) link.from = selector(*from);
    if (const Document* to = value.find("to")) link.to = selector(*to);
    return link;
  }

  /// Of faults that are about some nodes: the nodes alone, or under `nodes`.
  NodeSelector who(const Document& value) const {
    return selector(value.is_mapping() && value.find("nodes") != nullptr ? value.at("nodes")
                                                                         : value);
  }

  /// Of a zone that fails: its servers. Clients that stand there ask somewhere else.
  NodeSelector who_stops(const Document& value) const {
    NodeSelector selector = who(value);
    const Document* zone = zone_in(value);
    if (zone == nullptr) return selector;
    std::erase_if(selector.nodes,
                  [&](NodeId node) { return nodes.membership().clients().contains(node); });
    if (selector.nodes.empty())
      zone->fail("only clients stand in zone '" + zone->text + "'", "they do not stop with it");
    return selector;
  }

  /// The zone that the value of a fault is about, as it is written.
  static const Document* zone_in(const Document& value) {
    if (!value.is_mapping()) return nullptr;
    if (const Document* written = value.find("nodes")) return zone_in(*written);
    return value.find("zone");
  }

  /// Of `boot`: nodes that do not run from the beginning, or `spares` for all of them.
  std::vector<NodeId> spares(const Document& value) const {
    const Document& written =
        value.is_mapping() && value.find("nodes") != nullptr ? value.at("nodes") : value;
    if (written.is_scalar() && written.text == "spares") return nodes.membership().main().spares();
    const std::vector<NodeId> named = names(written);
    for (const NodeId node : named) {
      if (!nodes.membership().is_spare(node))
        written.fail("'" + nodes.names()[node.value] + "' runs from the beginning",
                     "only spare nodes boot later: 'spares' under 'cluster'");
    }
    return named;
  }

  faults::Partition partition(const std::string& kind, const Document& value) const {
    faults::Partition cut;
    cut.shape = kind == "partition" ? faults::Partition::Shape::groups
                : kind == "isolate" ? faults::Partition::Shape::isolate
                : kind == "one_way" ? faults::Partition::Shape::one_way
                : kind == "bridge"  ? faults::Partition::Shape::bridge
                                    : faults::Partition::Shape::ring;
    if (kind == "partition") {
      for (const Document& group : value.at("groups").items) cut.groups.push_back(selector(group));
      if (cut.groups.empty())
        value.at("groups").fail("no groups are named", "for example [[r0], [r1, r2]]");
    } else if (kind == "isolate") {
      cut.groups.push_back(who(value));
      if (zone_in(value) != nullptr) cut_off(cut);
    } else if (kind == "bridge" || kind == "ring") {
      if (const Document* of = value.find("of"))
        cut.among = nodes.group(*of, of->scalar("a group"));
    } else {
      cut.groups = {selector(value.at("from")), selector(value.at("to"))};
    }
    if (kind != "one_way") {
      if (const Document* one_way = value.find("one_way"))
        cut.outgoing_only = engine::read_boolean(*one_way);
    }
    return cut;
  }

  /// A zone is cut off from everybody, not from replicas alone.
  void cut_off(faults::Partition& cut) const {
    const std::vector<NodeId>& inside = cut.groups.front().nodes;
    NodeSelector outside;
    for (NodeId node{0}; node.value < nodes.names().size(); ++node.value) {
      if (!std::binary_search(inside.begin(), inside.end(), node)) outside.nodes.push_back(node);
    }
    cut.shape = faults::Partition::Shape::groups;
    cut.groups.push_back(std::move(outside));
  }

  Fault::Action action(const std::string& kind, const Document& value) {
    if (kind == "crash" || kind == "power_loss" || kind == "wipe") {
      faults::Crash crash;
      crash.nodes = who_stops(value);
      crash.wipe = kind == "wipe";
      if (const Document* disk = value.find("disk")) {
        const std::string& text = disk->text;
        crash.disk = text == "keep"     ? faults::Crash::Disk::keep
                     : text == "tear"   ? faults::Crash::Disk::tear
                     : text == "random" ? faults::Crash::Disk::random
                                        : faults::Crash::Disk::lose;
      }
      return crash;
    }
    if (kind == "pause") return faults::Pause{who(value)};
    if (kind == "boot") return faults::Boot{spares(value)};
    if (kind == "partition" || kind == "isolate" || kind == "one_way" || kind == "bridge" ||
        kind == "ring") {
      return partition(kind, value);
    }
    if (kind == "clock") {
      faults::ClockFault clock;
      clock.nodes = who(value);
      if (const Document* jump = value.find("jump")) clock.jump = read_offset(*jump);
      if (const Document* offset = value.find("offset")) clock.offset = read_offset(*offset);
      if (const Document* drift = value.find("drift")) clock.drift_ppm = read_signed_ppm(*drift);
      if (!clock.jump && !clock.offset && !clock.drift_ppm)
        value.fail("this clock fault does nothing", "give jump, offset or drift");
      return clock;
    }
    if (kind == "wait") return faults::Wait{};
    if (kind == "sequence") {
      faults::Sequence sequence;
      for (const Document& item : value.items) {
        validate(item, *fault_schema());
        sequence.items.push_back(fault(item));
        if (sequence.items.back().every || sequence.items.back().when || sequence.items.back().at) {
          item.fail("items of a sequence begin when the one before ends",
                    "remove at, every or when");
        }
        if (std::holds_alternative<faults::Sequence>(sequence.items.back().action))
          item.fail("sequences do not nest", "write its items here, one after the other");
      }
      return sequence;
    }
    faults::LinkFault link = filter(value);
    if (kind == "loss") {
      link.loss = read_rate(value.at("rate"));
    } else if (kind == "duplicate") {
      link.duplicate = read_rate(value.at("rate"));
    } else if (kind == "corrupt") {
      link.corrupt = read_rate(value.at("rate"));
    } else if (kind == "reorder") {
      const Document* delay = value.find("delay");
      link.delay = engine::Latency{
          engine::Latency::Kind::bimodal, engine::Duration{},
          delay == nullptr ? engine::milliseconds(20) : engine::read_duration(*delay),
          read_rate(value.at("rate"))};
    } else if (kind == "delay") {
      link.delay = read_latency(value.at("latency"));
    } else {
      link.hold = true;
    }
    return link;
  }

  Fault fault(const Document& document) {
    Fault fault;
    const auto& kinds = fault_kinds();
    for (const Document::Entry& entry : document.entries) {
      const bool is_kind = std::any_of(kinds.begin(), kinds.end(),
                                       [&](const auto& kind) { return kind.first == entry.key; });
      if (!is_kind) continue;
      fault.kind = entry.key;
      fault.action = action(entry.key, entry.value);
      if (entry.value.is_mapping()) read_timing(entry.value, fault);
      if (entry.key == "wait") fault.lasts = engine::read_duration(entry.value);
    }
    Fault beside;
    read_timing(document, beside);
    if (!beside.name.empty()) fault.name = beside.name;
    if (beside.at) fault.at = beside.at;
    if (beside.every) fault.every = beside.every;
    if (beside.when) fault.when = beside.when;
    if (beside.lasts) fault.lasts = beside.lasts;
    if (beside.until) fault.until = beside.until;
    if (beside.times != 0) fault.times = beside.times;
    if (beside.chance) fault.chance = beside.chance;
    // A name is content plus ordinal among equals, unless given: removing one fault does not rename
    // the others.
    const std::string content = fault.name.empty() ? document.to_text() : fault.name;
    const std::uint32_t ordinal = ++ordinals[content];
    fault.name = ordinal == 1 ? content : content + " #" + std::to_string(ordinal);
    return fault;
  }
};

}  // namespace

std::vector<Fault> read_faults(const Document& document, const Participants& nodes,
                               const Zones& zones, const TypeNames& types) {
  FaultReader reader{nodes, zones, types, {}};
  std::vector<Fault> list;
  for (const Document& item : document.items) list.push_back(reader.fault(item));
  return list;
}

}  // namespace stampede::scenarios
