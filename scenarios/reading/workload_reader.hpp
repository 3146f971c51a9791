// The section `workload:` of a scenario: what clients ask for, and when.
#pragma once

#include <optional>

#include "scenarios/reading/names.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

/// The model's options as the section `cluster` has them, with how many requests of a client may be
/// on their way, if the workload says so; nothing if neither says anything. InputError where the
/// model's clients have one at a time.
std::optional<engine::Document> options_for_clients(const engine::Document& cluster,
                                                    const engine::Document* workload,
                                                    const engine::Model& model);

/// REQUIRES: the document fits its schema; cluster and model of the scenario are read. Without a
/// document all is as usual.
void read_workload(const engine::Document* document, Scenario& scenario);

/// Changes of members that clients ask for.
void read_reconfigurations(const engine::Document* workload, const Participants& nodes,
                           Scenario& scenario);

/// The mix that the file has for this phase, from 0; nullptr if it has none.
const engine::Document* written_mix(const engine::Document* workload, std::size_t phase);

/// InputError where a phase is to read, or to change something, and has no kind of operation left
/// that does: asked when all checks have said what they can judge.
void require_kinds(const engine::Document* workload, const Scenario& scenario);

}  // namespace stampede::scenarios
