#include "textflag.h"

// The same octet thirty-two times.
DATA ats<>+0(SB)/8, $0x4040404040404040
DATA ats<>+8(SB)/8, $0x4040404040404040
DATA ats<>+16(SB)/8, $0x4040404040404040
DATA ats<>+24(SB)/8, $0x4040404040404040
GLOBL ats<>(SB), RODATA|NOPTR, $32
DATA dots<>+0(SB)/8, $0x2e2e2e2e2e2e2e2e
DATA dots<>+8(SB)/8, $0x2e2e2e2e2e2e2e2e
DATA dots<>+16(SB)/8, $0x2e2e2e2e2e2e2e2e
DATA dots<>+24(SB)/8, $0x2e2e2e2e2e2e2e2e
GLOBL dots<>(SB), RODATA|NOPTR, $32
DATA hyphens<>+0(SB)/8, $0x2d2d2d2d2d2d2d2d
DATA hyphens<>+8(SB)/8, $0x2d2d2d2d2d2d2d2d
DATA hyphens<>+16(SB)/8, $0x2d2d2d2d2d2d2d2d
DATA hyphens<>+24(SB)/8, $0x2d2d2d2d2d2d2d2d
GLOBL hyphens<>(SB), RODATA|NOPTR, $32
DATA lows<>+0(SB)/8, $0x5f5f5f5f5f5f5f5f
DATA lows<>+8(SB)/8, $0x5f5f5f5f5f5f5f5f
DATA lows<>+16(SB)/8, $0x5f5f5f5f5f5f5f5f
DATA lows<>+24(SB)/8, $0x5f5f5f5f5f5f5f5f
GLOBL lows<>(SB), RODATA|NOPTR, $32
DATA pluses<>+0(SB)/8, $0x2b2b2b2b2b2b2b2b
DATA pluses<>+8(SB)/8, $0x2b2b2b2b2b2b2b2b
DATA pluses<>+16(SB)/8, $0x2b2b2b2b2b2b2b2b
DATA pluses<>+24(SB)/8, $0x2b2b2b2b2b2b2b2b
GLOBL pluses<>(SB), RODATA|NOPTR, $32
DATA zeros<>+0(SB)/8, $0x3030303030303030
DATA zeros<>+8(SB)/8, $0x3030303030303030
DATA zeros<>+16(SB)/8, $0x3030303030303030
DATA zeros<>+24(SB)/8, $0x3030303030303030
GLOBL zeros<>(SB), RODATA|NOPTR, $32
DATA nines<>+0(SB)/8, $0x0909090909090909
DATA nines<>+8(SB)/8, $0x0909090909090909
DATA nines<>+16(SB)/8, $0x0909090909090909
DATA nines<>+24(SB)/8, $0x0909090909090909
GLOBL nines<>(SB), RODATA|NOPTR, $32
DATA cases<>+0(SB)/8, $0x2020202020202020
DATA cases<>+8(SB)/8, $0x2020202020202020
DATA cases<>+16(SB)/8, $0x2020202020202020
DATA cases<>+24(SB)/8, $0x2020202020202020
GLOBL cases<>(SB), RODATA|NOPTR, $32
DATA ps<>+0(SB)/8, $0x7070707070707070
DATA ps<>+8(SB)/8, $0x7070707070707070
DATA ps<>+16(SB)/8, $0x7070707070707070
DATA ps<>+24(SB)/8, $0x7070707070707070
GLOBL ps<>(SB), RODATA|NOPTR, $32
DATA ls<>+0(SB)/8, $0x6c6c6c6c6c6c6c6c
DATA ls<>+8(SB)/8, $0x6c6c6c6c6c6c6c6c
DATA ls<>+16(SB)/8, $0x6c6c6c6c6c6c6c6c
DATA ls<>+24(SB)/8, $0x6c6c6c6c6c6c6c6c
GLOBL ls<>(SB), RODATA|NOPTR, $32
DATA as<>+0(SB)/8, $0x6161616161616161
DATA as<>+8(SB)/8, $0x6161616161616161
DATA as<>+16(SB)/8, $0x6161616161616161
DATA as<>+24(SB)/8, $0x6161616161616161
GLOBL as<>(SB), RODATA|NOPTR, $32
DATA zs<>+0(SB)/8, $0x1919191919191919
DATA zs<>+8(SB)/8, $0x1919191919191919
DATA zs<>+16(SB)/8, $0x1919191919191919
DATA zs<>+24(SB)/8, $0x1919191919191919
GLOBL zs<>(SB), RODATA|NOPTR, $32

// ALIKE sets Y2 and Y3 to which octets of Y0 and Y1 are the one in `of`.
#define ALIKE(of) \
	VPCMPEQB of, Y0, Y2 \
	VPCMPEQB of, Y1, Y3

// AMONG sets the second pair to which octets of the first are no more than `most` above `first`.
#define AMONG(low, high, first, most, Low, High) \
	VPSUBB   first, low, Low   \
	VPSUBB   first, high, High \
	VPMINUB  most, Low, Y8     \
	VPMINUB  most, High, Y9    \
	VPCMPEQB Y8, Low, Low      \
	VPCMPEQB Y9, High, High

// BITS sets `to` to the highest bits of the octets of a pair.
#define BITS(low, high, to) \
	VPMOVMSKB low, to \
	VPMOVMSKB high, CX \
	SHLQ $32, CX \
	ORQ CX, to

// func glance64(all *glance, s *byte)
TEXT ·glance64(SB), NOSPLIT, $0-16
	MOVQ    all+0(FP), DI
	MOVQ    s+8(FP), SI
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1

	ALIKE(ats<>(SB))
	BITS(Y2, Y3, R8)
	MOVQ R8, 0(DI)
	ALIKE(dots<>(SB))
	BITS(Y2, Y3, R9)
	MOVQ R9, 8(DI)
	ALIKE(hyphens<>(SB))
	BITS(Y2, Y3, R10)
	MOVQ R10, 16(DI)
	ALIKE(lows<>(SB))
	VPCMPEQB pluses<>(SB), Y0, Y4
	VPCMPEQB pluses<>(SB), Y1, Y5
	VPOR Y4, Y2, Y2
	VPOR Y5, Y3, Y3
	BITS(Y2, Y3, R11)
	MOVQ R11, 24(DI)

	VPOR cases<>(SB), Y0, Y4
	VPOR cases<>(SB), Y1, Y5
	VPCMPEQB ps<>(SB), Y4, Y2
	VPCMPEQB ps<>(SB), Y5, Y3
	BITS(Y2, Y3, R12)
	MOVQ R12, 40(DI)
	VPCMPEQB ls<>(SB), Y4, Y2
	VPCMPEQB ls<>(SB), Y5, Y3
	BITS(Y2, Y3, R12)
	MOVQ R12, 48(DI)
	AMONG(Y4, Y5, as<>(SB), zs<>(SB), Y2, Y3)
	BITS(Y2, Y3, R12)
	VPSLLW $2, Y0, Y4
	VPSLLW $2, Y1, Y5
	BITS(Y4, Y5, AX)
	ANDNQ R12, AX, AX
	MOVQ AX, 32(DI)
	AMONG(Y0, Y1, zeros<>(SB), nines<>(SB), Y2, Y3)
	BITS(Y2, Y3, AX)

	ORQ R8, R9
	ORQ R10, R11
	ORQ R12, AX
	ORQ R9, R11
	ORQ R11, AX
	MOVQ AX, 56(DI)
	VZEROUPPER
	RET
