// Provenance for callers that join upstream rows themselves.
#pragma once

#include <diotima/digest.h>
#include <diotima/export.h>
#include <diotima/graph.h>
#include <diotima/row.h>

namespace diotima {

// Returns the name of the column in which a joined row carries the data versions by field of one
// upstream feature, a map from struct key to hash: "metaxy_data_version_by_field__video/raw".
DIOTIMA_EXPORT std::string UpstreamDataVersionColumn(std::string_view upstream_feature);

// Sets the four hash columns of each row from the upstream data versions that it carries, as
// ResolveUpdate would (docs/semantics.md, "Sample hashes"). If a row has a null in place of a map,
// there is no such upstream row: an optional upstream then counts as empty, and a required one
// makes the hashes null. Returns kSchemaMismatch, naming row and column, for a batch that lacks the
// column of an upstream feature, or whose cells are not maps of texts; kNotFound for an unknown
// feature; kInvalidArgument for a root.
DIOTIMA_EXPORT Status ComputeProvenance(const Graph& graph, std::string_view feature,
                                        const Hasher& hasher, RowBatch* rows);

}  // namespace diotima
