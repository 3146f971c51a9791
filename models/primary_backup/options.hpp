// models/primary_backup/options.hpp: run constants, and the one switch that makes the protocol
// wrong.
#pragma once

#include "models/detector/detector.hpp"

namespace stampede::models::primary_backup {

struct Options {
  /// Between two announcements of the view; an idle replica offers itself as often.
  engine::Duration announce_interval = engine::milliseconds(20);
  /// After which the primary sends again what its backup has not acknowledged.
  engine::Duration resend_interval = engine::milliseconds(20);
  /// The primary answers a request only when its backup has it.
  bool waits_for_backup = true;
  /// Of the part `detector`.
  detector::Options detector{};
};
STAMPEDE_VALUE(Options, announce_interval, resend_interval, waits_for_backup, detector);

}  // namespace stampede::models::primary_backup
