#include "server/transport/call_meter.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "tests/server/transport/frames.h"

namespace muster::server {
namespace {

CallMeter::Change Receive(CallMeter& meter, const std::string& bytes) {
  return meter.Received(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

CallMeter::Change Send(CallMeter& meter, const std::string& bytes) {
  return meter.Sent(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

TEST(CallMeterTest, ACallLastsUntilItsServerEndsItOrOneSideResetsIt) {
  CallMeter meter;
  EXPECT_FALSE(Receive(meter, kClientPreface + Frame(kFrameSettings, 0, 0)).begun);
  const CallMeter::Change begun =
      Receive(meter, Frame(kFrameHeaders, 4, 1, "headers") + Frame(kFrameHeaders, 4, 3) +
                         Frame(kFrameHeaders, 4, 5) + Frame(kFrameHeaders, 4, 7));
  EXPECT_TRUE(begun.begun);
  EXPECT_EQ(begun.calls, 4);
  // The client has said all it has to say; trailers begin no call.
  EXPECT_EQ(
      Receive(meter, Frame(kFrameData, kFlagEndStream, 1, "message") + Frame(kFrameHeaders, 5, 3)).calls, 0);
  EXPECT_EQ(meter.calls(), 4u);
  EXPECT_EQ(Send(meter, Frame(kFrameHeaders, 4, 1, "h") + Frame(kFrameData, 0, 1, "answer")).calls, 0);
  EXPECT_EQ(Send(meter, Frame(kFrameHeaders, 4 | kFlagEndStream, 1, "trailers")).calls, -1);
  EXPECT_EQ(Send(meter, Frame(kFrameResetStream, 0, 3, "code")).calls, -1);
  EXPECT_EQ(Receive(meter, Frame(kFrameResetStream, 0, 5, "code")).calls, -1);
  // Reset once more, by both: it has ended already.
  EXPECT_EQ(Receive(meter, Frame(kFrameResetStream, 0, 5, "code")).calls, 0);
  EXPECT_EQ(Send(meter, Frame(kFrameHeaders, 4 | kFlagEndStream, 5, "trailers")).calls, 0);
  EXPECT_EQ(meter.calls(), 1u);
}

TEST(CallMeterTest, PingsAndSettingsAreNoSpeech) {
  CallMeter meter;
  EXPECT_FALSE(
      Receive(meter, kClientPreface + Frame(kFrameSettings, 0, 0) + Frame(0x6, 0, 0, "12345678")).spoke);
  EXPECT_FALSE(Send(meter, Frame(kFrameSettings, 1, 0) + Frame(0x6, 1, 0, "12345678")).spoke);
  EXPECT_TRUE(Receive(meter, Frame(kFrameHeaders, 4, 1)).spoke);
  EXPECT_TRUE(Receive(meter, Frame(kFrameData, 0, 1, "x")).spoke);
  EXPECT_TRUE(Send(meter, Frame(kFrameData, 0, 1, "x")).spoke);
}

// A slow look at the same frames, whole.
TEST(CallMeterTest, PiecesOfAnyLengthComeToTheSame) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = kClientPreface;
    uint32_t stream = 1;
    std::set<uint32_t> open;
    for (int frame = 0; frame < 60; ++frame) {
      const std::string payload(random() % 40, static_cast<char>(random()));
      switch (random() % 4) {
        case 0:
          open.insert(stream);
          bytes += Frame(kFrameHeaders, 4, stream, payload);
          stream += 2;
          break;
        case 1: {
          const uint32_t reset = 1 + 2 * (random() % (stream / 2 + 1));
          if (reset >= stream) break;
          open.erase(reset);
          bytes += Frame(kFrameResetStream, 0, reset, "code");
          break;
        }
        case 2:
          bytes += Frame(kFrameData, 0, 1, payload);
          break;
        default:
          bytes += Frame(0x9, 0, 1, payload);
      }
    }
    CallMeter meter;
    int calls = 0;
    for (size_t at = 0; at < bytes.size();) {
      const size_t piece = std::min<size_t>(1 + random() % 30, bytes.size() - at);
      calls += Receive(meter, bytes.substr(at, piece)).calls;
      at += piece;
    }
    EXPECT_EQ(meter.calls(), open.size());
    EXPECT_EQ(calls, static_cast<int>(open.size()));
  }
}

TEST(CallMeterTest, ResetsWithoutEndAreNoticedAndSomeAreNot) {
  CallMeter meter;
  Receive(meter, kClientPreface);
  uint32_t stream = 1;
  const auto reset = [&meter, &stream] {
    Receive(meter, Frame(kFrameHeaders, 4, stream) + Frame(kFrameResetStream, 0, stream, "code"));
    stream += 2;
  };
  for (int i = 0; i < static_cast<int>(CallMeter::kResetsAtOnce); ++i) reset();
  EXPECT_FALSE(meter.resets_too_fast());
  // However slow this machine is, so many at once are more than a second's share.
  for (int i = 0; i < 100'000 && !meter.resets_too_fast(); ++i) reset();
  EXPECT_TRUE(meter.resets_too_fast());
  EXPECT_EQ(meter.calls(), 0u);
}

TEST(CallMeterTest, KnowsWhereAFrameMayStand) {
  CallMeter meter;
  const std::string frame = Frame(kFrameData, 0, 1, "0123456789");
  EXPECT_TRUE(meter.may_interject());
  for (size_t i = 0; i + 1 < frame.size(); ++i) {
    Send(meter, frame.substr(i, 1));
    EXPECT_FALSE(meter.may_interject()) << i;
  }
  Send(meter, frame.substr(frame.size() - 1));
  EXPECT_TRUE(meter.may_interject());
}

TEST(CallMeterTest, BytesThatAreNoHttp2DoNoHarm) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    CallMeter meter;
    int calls = 0;
    for (int piece = 0; piece < 50; ++piece) {
      std::string bytes(random() % 200, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random() % 12);
      calls += Receive(meter, bytes).calls;
      calls += Send(meter, bytes).calls;
    }
    EXPECT_EQ(calls, static_cast<int>(meter.calls()));
  }
}

}  // namespace
}  // namespace muster::server
