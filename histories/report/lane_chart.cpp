#include "histories/report/lane_chart.hpp"

#include <algorithm>

#include "checkers/description.hpp"

namespace stampede::histories {
namespace {

constexpr std::size_t listed_max = 40;
constexpr std::size_t width_max = 72;

}  // namespace

std::string lane_chart(const std::vector<Lane>& lanes) {
  if (lanes.empty()) return {};
  const std::vector<Lane> shown(lanes.begin(), lanes.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                   lanes.size(), listed_max)));
  std::vector<std::uint64_t> events;
  std::size_t name_width = 0;
  for (const Lane& lane : shown) {
    events.push_back(lane.from);
    if (lane.to) events.push_back(*lane.to);
    name_width = std::max(name_width, lane.name.size());
  }
  std::sort(events.begin(), events.end());
  const auto rank = [&](std::uint64_t event) {
    return static_cast<std::size_t>(std::lower_bound(events.begin(), events.end(), event) -
                                    events.begin());
  };
  const std::size_t step =
      std::clamp<std::size_t>(width_max / std::max<std::size_t>(events.size(), 1), 1, 6);
  // An open operation goes on behind the last event.
  const bool all_end =
      std::all_of(shown.begin(), shown.end(), [](const Lane& lane) { return lane.to; });
  const std::size_t width = step * (all_end ? events.size() - 1 : events.size()) + 1;
  std::string chart;
  for (const Lane& lane : shown) {
    std::string bar(width, ' ');
    const std::size_t begin = step * rank(lane.from);
    const std::size_t end = lane.to ? step * rank(*lane.to) : width - 1;
    for (std::size_t column = begin; column <= end; ++column) bar[column] = '=';
    bar[begin] = '|';
    bar[end] = lane.to ? '|' : '>';
    std::string name = lane.name;
    name.resize(name_width, ' ');
    chart.append("  ").append(name).append("  ").append(bar).append("  ").append(lane.text);
    chart += "  [" + std::to_string(lane.from) + ", " +
             (lane.to ? std::to_string(*lane.to) : "...") + "]\n";
  }
  if (lanes.size() > shown.size()) {
    chart += "  and " + std::to_string(lanes.size() - shown.size()) + " more\n";
  }
  return chart;
}

std::string lane_chart(const engine::History& history, const std::vector<std::size_t>& positions,
                       const std::vector<std::size_t>& open,
                       const std::vector<std::string>& clients) {
  std::vector<Lane> lanes;
  for (const std::size_t position : positions) {
    const engine::HistoryOperation& operation = history.operations()[position];
    const bool opened = std::find(open.begin(), open.end(), position) != open.end();
    Lane lane;
    lane.name = checkers::client_name(operation.id, clients);
    lane.from = operation.invoked_at;
    lane.text = operation.operation.to_json();
    if (!operation.is_open() && !opened) {
      lane.to = operation.responded_at;
      lane.text += " -> " + operation.result.to_json();
    }
    lanes.push_back(std::move(lane));
  }
  return lane_chart(lanes);
}

}  // namespace stampede::histories
