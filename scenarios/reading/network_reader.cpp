#include "scenarios/reading/network_reader.hpp"

#include "scenarios/documents/schema.hpp"

namespace stampede::scenarios {

using engine::Document;

Zones read_network(const Document* document, const Participants& nodes,
                   engine::NetworkSettings& network) {
  if (document == nullptr) return {};
  if (const Document* latency = document->find("latency")) network.latency = read_latency(*latency);
  if (const Document* latency = document->find("client_latency"))
    network.client_latency = read_latency(*latency);
  if (const Document* loss = document->find("loss")) network.loss = read_rate(*loss);
  if (const Document* duplicate = document->find("duplicate"))
    network.duplicate = read_rate(*duplicate);
  if (const Document* corrupt = document->find("corrupt")) network.corrupt = read_rate(*corrupt);
  if (const Document* order = document->find("order")) network.fifo = order->text == "fifo";
  if (const Document* reorder = document->find("reorder")) {
    if (!network.fifo)
      reorder->fail(
          "'reorder' is for fifo networks: without 'order: fifo' messages overtake each other "
          "anyway",
          "leave 'reorder' out, or write 'order: fifo'");
    network.reorder = read_rate(*reorder);
  }
  if (const Document* limit = document->find("queue_limit")) {
    network.queue_limit = static_cast<std::uint32_t>(engine::read_integer(*limit, 1, 1'000'000));
  }
  return read_zones(*document, nodes, network);
}

engine::Latency read_latency(const Document& document) {
  using engine::Latency;
  if (document.is_scalar())
    return {Latency::Kind::constant, engine::read_duration(document), {}, {}};
  const Document::Entry& entry = document.entries.front();
  const Document& value = entry.value;
  if (entry.key == "constant")
    return {Latency::Kind::constant, engine::read_duration(value), {}, {}};
  if (entry.key == "uniform") {
    if (value.items.size() != 2) value.fail("'uniform' takes two ends", "write [least, most]");
    const Latency latency{Latency::Kind::uniform,
                          engine::read_duration(value.items[0]),
                          engine::read_duration(value.items[1]),
                          {}};
    if (latency.high < latency.low)
      value.fail("the ends are in the wrong order", "write [least, most]");
    return latency;
  }
  if (entry.key == "exponential") {
    return {Latency::Kind::exponential,
            engine::read_duration(value.at("floor")),
            engine::read_duration(value.at("mean")),
            {}};
  }
  return {Latency::Kind::bimodal, engine::read_duration(value.at("usual")),
          engine::read_duration(value.at("rare")), read_rate(value.at("rate"))};
}

}  // namespace stampede::scenarios
