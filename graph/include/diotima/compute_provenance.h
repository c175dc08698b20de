// Provenance for callers that join upstream rows themselves.
#pragma once

#include <diotima/digest.h>
#include <diotima/export.h>
#include <diotima/graph.h>
#include <diotima/row.h>

namespace diotima {

// The column in which a joined row carries the data versions by field of one upstream feature, a
// map from struct key to hash: "metaxy_data_version_by_field__" and the feature's key,
// "…__video/raw".
DIOTIMA_EXPORT std::string UpstreamDataVersionColumn(std::string_view upstream_feature);

// Sets the four hash columns of each row from the upstream data versions it carries
// (docs/semantics.md, "Sample hashes"); ResolveUpdate would give the same. A row that has no map of
// an optional upstream has no row of it; of a required one, its hashes are null. kSchemaMismatch
// for a batch that lacks the column of an upstream feature, or whose cells are no maps of texts,
// naming row and column; kNotFound for an unknown feature; kInvalidArgument for a root.
DIOTIMA_EXPORT Status ComputeProvenance(const Graph& graph, std::string_view feature,
                                        const Hasher& hasher, RowBatch* rows);

}  // namespace diotima
