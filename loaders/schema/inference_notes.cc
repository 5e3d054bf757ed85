// Words the notes of an inference for people.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "loaders/schema/inference.h"
#include "loaders/schema/note_list.h"
#include "text/limits.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

std::string WordText(size_t word) { return Quoted(std::string(kNullWords[word])); }

const char* IsOrAre(size_t things) { return things == 1 ? "is" : "are"; }

}  // namespace

std::vector<std::string> Inference::Notes() const {
  NoteList notes;
  if (members_.records() == 0) return {};  // the load then reports why
  NoteMembers(notes);
  NoteNullWords(notes);
  const std::vector<Verdict> verdicts = Judge();
  std::vector<std::string> known;
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (column == id_column_ || SaysKind(studied_[column])) continue;
    if (columns_[column].empty()) {
      notes.Add(NoteKind::kLeftOut,
                absl::StrCat("column ", column + 1,
                             " is left out: the header gives it no name; give it one to load it"));
    } else if (studied_[column].known.has_value()) {
      known.push_back(studied_[column].known->tag().name());
      NoteKnown(column, notes);
    } else {
      NoteGuess(column, verdicts[column], notes);
    }
  }
  if (!known.empty()) {
    notes.Add(NoteKind::kExisting,
              absl::StrCat(QuotedNames(known), " ", IsOrAre(known.size()), " in '", given_.population,
                           "' already: --infer takes kind and scale from the catalogue"));
  }
  return notes.Sentences();
}

void Inference::NoteMembers(NoteList& notes) const {
  if (scientific_id_.seen()) {
    notes.Add(NoteKind::kMemberId,
              absl::StrCat("the member id ", Quoted(scientific_id_.text), " in line ", scientific_id_.line,
                           " looks like a number that a spreadsheet shortened, which makes many members one: "
                           "export that column as text"));
  }
  const auto word = null_id_.seen() ? NullWordOf(null_id_.text) : std::nullopt;
  if (word.has_value() && !given_.nothing_missing && !JudgeNullWords().OfTheFile(*word)) {
    notes.Add(NoteKind::kMemberId,
              absl::StrCat("the member id ", Quoted(null_id_.text), " in line ", null_id_.line,
                           " is a member like any other; where it means that there is none, say --missing ",
                           Quoted(null_id_.text)));
  }
  std::vector<std::string> names;
  SeenCell first;
  for (size_t column = 0; column < columns_.size(); ++column) {
    const Column& studied = studied_[column];
    if (!studied.contradiction.seen() || studied.known.has_value() || SaysKind(studied)) continue;
    if (KindOf(studied).kind == v1::TAG_KIND_MULTI || studied.guess.TooLong().seen()) continue;
    names.push_back(columns_[column]);
    if (!first.seen() || studied.contradiction.line < first.line) first = studied.contradiction;
  }
  if (names.empty()) return;
  notes.Add(NoteKind::kMulti,
            absl::StrCat(members_.records(), " records name ", members_.members(),
                         members_.members() == 1 ? " member" : " members", ", so ", QuotedNames(names), " ",
                         IsOrAre(names.size()), " MULTI, one value a record: ", Quoted(first.text),
                         " in line ", first.line,
                         " is the first to differ; if each member should have one record, look at the ids"));
}

void Inference::NoteNullWords(NoteList& notes) const {
  const NullWords words = JudgeNullWords();
  const std::vector<Verdict> verdicts = Judge();
  for (size_t word = 0; word < kNullWords.size(); ++word) {
    std::vector<std::string> missing, kept;
    uint64_t missing_line = UINT64_MAX, kept_line = UINT64_MAX;
    for (size_t column = 0; column < columns_.size(); ++column) {
      const Column& studied = studied_[column];
      const bool is_tag =
          IsTag(column) && !SaysKind(studied) && verdicts[column].kind.kind != v1::TAG_KIND_UNSPECIFIED;
      if (!is_tag || studied.words[word].cells == 0) continue;
      const bool is_missing = verdicts[column].missing[word];
      (is_missing ? missing : kept).push_back(columns_[column]);
      uint64_t& line = is_missing ? missing_line : kept_line;
      line = std::min(line, studied.words[word].first_line);
    }
    if (!missing.empty()) {
      notes.Add(NoteKind::kMissing,
                absl::StrCat(WordText(word), " means no value in ", QuotedNames(missing), ", first in line ",
                             missing_line, ": to keep it as a value, say `missing: []` in a --schema"));
    }
    if (!kept.empty()) {
      notes.Add(NoteKind::kKeptText,
                absl::StrCat(WordText(word), " is a value of ", QuotedNames(kept), ", first in line ",
                             kept_line, ": where it means no value, say --missing ", WordText(word)));
    }
  }
}

void Inference::NoteKnown(size_t column, NoteList& notes) const {
  const Column& studied = studied_[column];
  const KnownColumn& known = *studied.known;
  if (known.conflict().seen()) {
    notes.Add(NoteKind::kConflict, known.Explain(given_.population), known.tag().name());
  } else if (studied.contradiction.seen() && known.tag().kind() != v1::TAG_KIND_MULTI) {
    notes.Add(NoteKind::kConflict,
              absl::StrCat(Quoted(known.tag().name()), " is a ", KindName(known.tag().kind()), " in '",
                           given_.population, "', and line ", studied.contradiction.line,
                           " contradicts an earlier record of ", Quoted(studied.contradiction.text),
                           ": keep one record a member, or load the column as a MULTI tag of another name"),
              known.tag().name());
  }
}

void Inference::NoteGuess(size_t column, const Verdict& verdict, NoteList& notes) const {
  const Column& studied = studied_[column];
  const std::string shown = Quoted(columns_[column]);
  if (verdict.kind.kind == v1::TAG_KIND_UNSPECIFIED) {
    const SeenCell too_long = studied.guess.TooLong();
    notes.Add(NoteKind::kLeftOut,
              too_long.seen()
                  ? absl::StrCat("the column ", shown, " is left out: ", Quoted(too_long.text), " in line ",
                                 too_long.line, " is longer than the ", kValueBytesMax,
                                 " bytes of a value; shorten it")
                  : absl::StrCat("the column ", shown,
                                 " is left out: no cell of it has a value; a --schema can name it"),
              columns_[column]);
    return;
  }
  if (studied.given.empty() && studied.name != columns_[column]) {
    notes.Add(NoteKind::kRenamed,
              absl::StrCat("the column ", shown, " is called ", Quoted(studied.name),
                           ", for a tag can't have its name; a --schema can give another"),
              columns_[column]);
  }
  if (studied.guess.only_letter() != 0 && verdict.kind.kind == v1::TAG_KIND_SINGLE) {
    notes.Add(
        NoteKind::kLetter,
        absl::StrCat(shown, " is text: ", std::string(1, studied.guess.only_letter()),
                     " is its only letter, and may mean anything; if it is yes or no, say `kind: FLAG` in a "
                     "--schema"),
        columns_[column]);
  }
  if (const auto words = studied.guess.OtherFlagWords();
      !words.empty() && verdict.kind.kind == v1::TAG_KIND_SINGLE) {
    notes.Add(
        NoteKind::kLetter,
        absl::StrCat(shown, " is text: its cells are ", words,
                     ", and those of a FLAG are true and false, yes and no, or 1 and 0; replace them for "
                     "a FLAG"),
        columns_[column]);
  }
  if (const auto spoiler = studied.guess.Spoiled(); spoiler.has_value()) {
    notes.Add(NoteKind::kSpoiled,
              absl::StrCat(shown, " is ", KindName(verdict.kind.kind), ", no ", KindName(spoiler->almost),
                           ": line ", spoiler->cell.line, " has ", Quoted(spoiler->cell.text), spoiler->mend),
              columns_[column]);
  }
}

}  // namespace muster::loaders
