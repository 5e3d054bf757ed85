#include "query/questions/missing_tag.h"

#include <memory>
#include <string>

#include "index/bitmap/row_id.h"
#include "index/population/population.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

MissingTag BeforeFirstVersion(absl::CivilDay date, std::optional<absl::CivilDay> first) {
  MissingTag missing{.reason = index::Reason::kBeforeFirstVersion};
  if (first.has_value()) {
    missing.first_date = DateText(*first);
    missing.why =
        Sentence("nothing is known of it AS OF ", DateText(date),
                 ": answers exist from its first load on, AS OF ", missing.first_date, " or later.");
  } else {
    missing.why =
        Sentence("nothing is known of it AS OF ", DateText(date), ": it was never loaded; leave AS OF out.");
  }
  return missing;
}

// For a tag that has versions now but had none when the view was taken.
MissingTag LoadedSince(const index::PopulationView& view) {
  return {.why = view.is_pinned()
                     ? "it was first loaded after the receipt was given out; ask without --snapshot."
                     : "it was loaded for the first time while this question was asked; ask again."};
}

absl::StatusOr<MissingTag> NotInReceipt(const index::PopulationView& view) {
  ASSIGN_OR_RETURN(const index::PinnedView pinned, view.Pin({}));
  return MissingTag{.why =
                        Sentence("the receipt's snapshot (version ", pinned.versions.at(index::kEveryoneTag),
                                 " of everyone) doesn't hold it, because a receipt holds the tags of its "
                                 "own expression; ask without --snapshot.")};
}

}  // namespace

absl::StatusOr<std::optional<MissingTag>> WhyMissing(const index::PopulationView& view,
                                                     std::string_view name) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const index::PopulationView> current,
                   view.population().CurrentView());
  ASSIGN_OR_RETURN(const std::optional<index::Tag> tag, current->tags().Find(name));
  if (!tag.has_value()) return std::nullopt;
  // The first date among the versions that were published when the view was taken.
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> first, view.tags().FirstDate(tag->id));
  ASSIGN_OR_RETURN(const index::PinnedView now, current->Pin({tag->id}));
  if (!first.has_value() && now.versions.contains(tag->id)) return LoadedSince(view);
  if (const std::optional<absl::CivilDay> date = view.as_of(); date.has_value())
    return BeforeFirstVersion(*date, first);
  // An unpinned view lacks only tags declared after it was taken. A pinned one has only its token's tags.
  if (!view.is_pinned()) return LoadedSince(view);
  ASSIGN_OR_RETURN(MissingTag missing, NotInReceipt(view));
  return missing;
}

}  // namespace muster::query
