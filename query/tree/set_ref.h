// References to the sets that a plan and its program read: a row of a source in one of the program's views.
#ifndef MUSTER_QUERY_TREE_SET_REF_H_
#define MUSTER_QUERY_TREE_SET_REF_H_

#include <compare>
#include <cstdint>
#include <utility>

#include "index/bitmap/row_id.h"

namespace muster::query {

// A state of the population that a program reads: 0 is the request's view, the others are those of dates
// (AS OF). They all use the row of everyone of view 0.
using ViewIndex = uint32_t;
inline constexpr ViewIndex kFirstView = 0;

// The owner of rows: a tag or an id list.
using SourceId = index::TagId;

// One source in one view. A plain value.
struct SourceRef {
  SourceId source = 0;
  ViewIndex view = kFirstView;

  SourceRef() = default;
  SourceRef(SourceId of_first_view)  // NOLINT(google-explicit-constructor): most programs have one view
      : source(of_first_view) {}
  SourceRef(ViewIndex of_view, SourceId of_source) : source(of_source), view(of_view) {}

  friend bool operator==(const SourceRef&, const SourceRef&) = default;
  friend auto operator<=>(const SourceRef&, const SourceRef&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const SourceRef& ref) {
    return H::combine(std::move(state), ref.source, ref.view);
  }
};

// One row of one source in one view. A plain value.
struct SetRef {
  ViewIndex view = kFirstView;
  SourceId source = 0;
  index::RowId row = 0;

  SetRef() = default;
  SetRef(ViewIndex of_view, SourceId of_source, index::RowId of_row)
      : view(of_view), source(of_source), row(of_row) {}
  SetRef(const SourceRef& of_source, index::RowId of_row)
      : view(of_source.view), source(of_source.source), row(of_row) {}
  SetRef(index::RowRef of_first_view)  // NOLINT(google-explicit-constructor): as SourceRef
      : source(of_first_view.tag), row(of_first_view.row) {}

  // The reference within its view, as the row source of that view takes it.
  index::RowRef in_view() const { return {source, row}; }

  friend bool operator==(const SetRef&, const SetRef&) = default;
  friend auto operator<=>(const SetRef&, const SetRef&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const SetRef& ref) {
    return H::combine(std::move(state), ref.view, ref.source, ref.row);
  }
};

// A number that members have: that of the source itself (kOwnValue), or the weight of one of its values.
struct NumberRef {
  SourceRef source;
  index::ValueId value = index::kOwnValue;
  friend bool operator==(const NumberRef&, const NumberRef&) = default;
  friend auto operator<=>(const NumberRef&, const NumberRef&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const NumberRef& ref) {
    return H::combine(std::move(state), ref.source, ref.value);
  }
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_TREE_SET_REF_H_
