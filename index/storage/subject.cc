#include "index/storage/subject.h"

#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

const char* KindText(Subject::Kind kind) {
  switch (kind) {
    case Subject::Kind::kNone:
      return "";
    case Subject::Kind::kEveryone:
      return "everyone";
    case Subject::Kind::kTag:
      return "tag";
    case Subject::Kind::kIdList:
      return "id list";
    case Subject::Kind::kSalt:
      return "salt";
    case Subject::Kind::kSegment:
      return "segment";
    case Subject::Kind::kStore:
      return "store";
    case Subject::Kind::kEdge:
      return "edge";
  }
  return "";
}

}  // namespace

std::string SubjectText(const Subject& subject) {
  const char* const kind = KindText(subject.kind);
  if (!subject.name.empty()) return Sentence(kind, " ", Quoted(subject.name));
  const bool has_number = subject.kind == Subject::Kind::kTag || subject.kind == Subject::Kind::kStore ||
                          subject.kind == Subject::Kind::kEdge;
  return has_number ? Sentence(kind, " ", subject.number) : std::string(kind);
}

}  // namespace muster::index
