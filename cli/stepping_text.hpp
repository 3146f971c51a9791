// What a session shows, in lines.
#pragma once

#include <string>
#include <vector>

#include "explain/session.hpp"

namespace stampede::cli {

/// `deliver Prepare r0->r2 nth 1`, as it is typed.
std::string decision_text(const engine::Decision& decision, const engine::NodeNames& names);

/// What is enabled, numbered from 1; with a bound also what each would violate within it.
std::vector<std::string> offer_lines(const explain::Session& session,
                                     const std::vector<explain::Offer>& offers,
                                     const std::optional<explain::ForesightBound>& bound);

/// `r0: log +1 entry (now 1)`: a line for each node that is not as it was.
std::vector<std::string> difference_lines(const explain::States& before,
                                          const explain::States& after,
                                          const engine::NodeNames& names);

/// Where the session stands, and what the nodes show.
std::vector<std::string> overview_lines(const explain::Session& session);
/// Messages in flight, and what is cut.
std::vector<std::string> network_lines(const explain::Session& session);
/// What clients asked, and what they were told.
std::vector<std::string> history_lines(const engine::World& world);
std::vector<std::string> violation_lines(const explain::Session& session);

/// Collects the decisions that are made as lines, each with what it lets out.
class TurnLines final : public engine::WorldObserver {
 public:
  explicit TurnLines(engine::NodeNames names) : names_(std::move(names)) {}
  void event(const engine::Event& event) override;
  /// With what the last decision sent; they start again empty.
  [[nodiscard]] std::vector<std::string> take();

 private:
  void end_sends();

  engine::NodeNames names_;
  std::vector<std::string> lines_;
  std::string sends_;
};

}  // namespace stampede::cli
