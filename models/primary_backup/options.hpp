// models/primary_backup/options.hpp: run constants, and the switches that make the protocol wrong.
#pragma once

#include "models/primary_backup/messages.hpp"

namespace stampede::models::primary_backup {

struct Options {
  /// Between two announcements of the view; an idle replica offers itself as often.
  engine::Duration announce_interval = engine::milliseconds(20);
  /// After which the primary sends again what its backup has not acknowledged.
  engine::Duration resend_interval = engine::milliseconds(20);
  /// The primary answers a request only when its backup has it.
  bool waits_for_backup = true;
  /// The leader of the masters tells replicas only of what they have agreed on.
  bool announces_decided_only = true;
  /// A view that was proposed by a master who knew less has no effect when it is decided.
  bool refuses_outdated = true;
  /// Of the part `detector`.
  detector::Options detector{};
  /// Of the part `masters`.
  Consensus::Options masters{};
};
STAMPEDE_VALUE(Options, announce_interval, resend_interval, waits_for_backup,
               announces_decided_only, refuses_outdated, detector, masters);

}  // namespace stampede::models::primary_backup
