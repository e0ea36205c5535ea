#include "textflag.h"

// MASK stores at `to` the mask of the octets of Y4 and Y5 that equal those of `of`.
#define MASK(of, to) \
	VPCMPEQB  of, Y4, Y6 \
	VPCMPEQB  of, Y5, Y7 \
	VPMOVMSKB Y6, R8     \
	VPMOVMSKB Y7, R9     \
	SHLQ      $32, R9    \
	ORQ       R9, R8     \
	MOVQ      R8, to

// func findAVX2(all *Delimiters, b *byte, n int, field byte)
TEXT ·findAVX2(SB), NOSPLIT, $0-25
	MOVQ         all+0(FP), DI
	MOVQ         b+8(FP), SI
	MOVQ         n+16(FP), CX
	MOVL         $'\n', AX
	VMOVD        AX, X1
	VPBROADCASTB X1, Y1
	VPBROADCASTB field+24(FP), Y2
	MOVL         $'"', AX
	VMOVD        AX, X3
	VPBROADCASTB X3, Y3

next:
	VMOVDQU (SI), Y4
	VMOVDQU 32(SI), Y5
	MASK(Y1, 0(DI))
	MASK(Y2, 8(DI))
	MASK(Y3, 16(DI))
	ADDQ    $64, SI
	ADDQ    $24, DI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET

// POSITION stores the position of the lowest bit of AX, if there is one, and takes it away.
#define POSITION(to) \
	TZCNTQ AX, BX  \
	ADDL   R8, BX  \
	MOVL   BX, to  \
	BLSRQ  AX, AX

// func positionsAVX2(to *uint32, all *Delimiters, n int, offset uint32) (end *uint32)
TEXT ·positionsAVX2(SB), NOSPLIT, $0-40
	MOVQ to+0(FP), DI
	MOVQ all+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL offset+24(FP), R8

group:
	MOVQ    8(SI), AX
	POPCNTQ AX, DX
	MOVQ    DI, R9
	LEAQ    (DI)(DX*4), DI

eight:
	POSITION(0(R9))
	POSITION(4(R9))
	POSITION(8(R9))
	POSITION(12(R9))
	POSITION(16(R9))
	POSITION(20(R9))
	POSITION(24(R9))
	POSITION(28(R9))
	ADDQ  $32, R9
	TESTQ AX, AX
	JNZ   eight

	ADDQ $24, SI
	ADDL $64, R8
	DECQ CX
	JNZ  group
	MOVQ DI, end+32(FP)
	RET
