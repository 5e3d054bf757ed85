#include "server/transport/call_meter.h"

#include <algorithm>
#include <map>
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

// `length` as a gRPC message begins with it, and `bytes` of that.
std::string Message(size_t length, size_t bytes) {
  std::string message(1, '\0');
  for (const int shift : {24, 16, 8, 0}) message += static_cast<char>(length >> shift);
  return message + std::string(bytes, 'x');
}

TEST(CallMeterTest, AMessageIsHeldUntilItIsWholeAndTaken) {
  CallMeter meter;
  Receive(meter, kClientPreface + Frame(kFrameHeaders, 4, 1) + Frame(kFrameHeaders, 4, 3));
  EXPECT_EQ(meter.held_bytes(), 0u);
  EXPECT_EQ(meter.HeldSince(), CallMeter::Clock::time_point::max());
  const CallMeter::Change half = Receive(meter, Frame(kFrameData, 0, 1, Message(30'000, 10'000)));
  EXPECT_GE(half.held, 10'000);
  EXPECT_LE(half.held, 11'000);
  EXPECT_EQ(static_cast<uint64_t>(half.held), meter.held_bytes());
  EXPECT_LE(meter.HeldSince(), CallMeter::Clock::now());
  // More of the window is granted while it comes; it is in memory all the same.
  EXPECT_EQ(Send(meter, Frame(kFrameWindowUpdate, 0, 1, "more")).held, 0);
  Receive(meter, Frame(kFrameData, 0, 1, std::string(20'000, 'x')));
  EXPECT_GE(meter.held_bytes(), 20'000u) << "the message is complete, but gRPC may not have taken it yet";
  EXPECT_LE(meter.held_bytes(), 21'000u);
  Receive(meter, Frame(kFrameData, 0, 1, Message(500, 100)));
  Send(meter, Frame(kFrameWindowUpdate, 0, 1, "more"));
  EXPECT_GE(meter.held_bytes(), 105u) << "of the second message";
  EXPECT_LE(meter.held_bytes(), 1'000u);
  Receive(meter, Frame(kFrameData, 0, 3, Message(1'000, 1'000)));
  EXPECT_GE(meter.held_bytes(), 1'100u);
  EXPECT_LT(Send(meter, Frame(kFrameHeaders, 4 | kFlagEndStream, 3)).held, -1'000);
  Receive(meter, Frame(kFrameResetStream, 0, 1, "code"));
  EXPECT_EQ(meter.held_bytes(), 0u);
}

TEST(CallMeterTest, SmallPiecesCostWhatKeepsThem) {
  CallMeter meter;
  Receive(meter, kClientPreface + Frame(kFrameHeaders, 4, 1) + Frame(kFrameHeaders, 4, 3) +
                     Frame(kFrameData, 0, 1, Message(5'000, 0)));
  for (int i = 0; i < 1'000; ++i) Receive(meter, Frame(kFrameData, 0, 1, "x"));
  EXPECT_GE(meter.held_bytes(), 1'000 * CallMeter::kPieceBytes);
  // A few bytes among many others keep the block that all of them were read into.
  const uint64_t before = meter.held_bytes();
  Receive(meter, Frame(0x6, 0, 0, std::string(40'000, 'p')) + Frame(kFrameData, 0, 1, "x"));
  EXPECT_GE(meter.held_bytes(), before + 40'000);
  Receive(meter, Frame(0x6, 0, 0, std::string(400'000, 'p')) + Frame(kFrameData, 0, 1, "x"));
  EXPECT_LE(meter.held_bytes(), before + 40'000 + 2 * CallMeter::kBlockBytes);
}

TEST(CallMeterTest, HeadersAreHeldUntilTheyEndAndTooLongOnesAreNoticed) {
  CallMeter meter;
  Receive(meter, kClientPreface + Frame(kFrameHeaders, 0, 1, std::string(10'000, 'h')));
  EXPECT_EQ(meter.held_bytes(), 10'000u);
  Receive(meter, Frame(kFrameContinuation, kFlagEndHeaders, 1, std::string(10'000, 'h')) +
                     Frame(kFrameSettings, 1, 0));
  EXPECT_EQ(meter.held_bytes(), 0u);
  Receive(meter, Frame(kFrameHeaders, 0, 3));
  for (int i = 0; i < 26; ++i) {
    EXPECT_FALSE(meter.headers_too_long()) << i;
    Receive(meter, Frame(kFrameContinuation, 0, 3, std::string(10'100, 'h')));
  }
  EXPECT_TRUE(meter.headers_too_long());
}

// Messages of several calls, cut into frames and pieces at random, and what of them is not whole at each
// moment.
TEST(CallMeterTest, WhatIsHalfSentIsNeverCountedTooLow) {
  std::mt19937 random(13);
  for (int round = 0; round < 100; ++round) {
    CallMeter meter;
    Receive(meter, kClientPreface);
    struct Call {
      size_t left = 0, come = 0;
    };
    std::map<uint32_t, Call> calls;
    for (uint32_t stream = 1; stream < 9; stream += 2) {
      Receive(meter, Frame(kFrameHeaders, 4, stream));
      calls[stream];
    }
    for (int frame = 0; frame < 60; ++frame) {
      const uint32_t stream = 1 + 2 * (random() % 4);
      Call& call = calls[stream];
      std::string payload;
      if (call.left == 0) {
        call = {.left = random() % 300, .come = 0};
        payload = Message(call.left, 0);
      } else {
        payload = std::string(1 + random() % call.left, 'x');
        call.left -= payload.size();
        call.come += payload.size();
      }
      const std::string bytes = Frame(kFrameData, 0, stream, payload);
      for (size_t at = 0; at < bytes.size();) {
        const size_t piece = std::min<size_t>(1 + random() % 50, bytes.size() - at);
        Receive(meter, bytes.substr(at, piece));
        at += piece;
      }
      if (random() % 3 == 0) Send(meter, Frame(kFrameWindowUpdate, 0, stream, "more"));
      size_t half = 0;
      for (const auto& [number, one] : calls) half += one.left > 0 ? one.come : 0;
      EXPECT_GE(meter.held_bytes(), half);
    }
    for (const auto& [number, one] : calls) Send(meter, Frame(kFrameHeaders, 4 | kFlagEndStream, number));
    EXPECT_EQ(meter.held_bytes(), 0u);
  }
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
