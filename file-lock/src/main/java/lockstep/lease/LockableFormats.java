package lockstep.lease;

import java.util.Arrays;
import java.util.List;

/// Formats whose files are one person's at a time: binary, or text that no merge leaves whole. Not
/// among them are extensions that more often mean something else: `asm`, `dot`, `pub`.
final class LockableFormats {
  static final List<String> PATTERNS =
      Arrays.stream(
              """
              blend ma mb max c4d hip hiplc hipnc lxo lws lwo zpr ztl 3dm skp spp sbs fbx abc usd usdc usdz
              vrscene nk nknc aep aepx prproj mogrt drp drb fcpbundle kdenlive veg
              psd psb xcf kra ora clip sai2 procreate afphoto afdesign afpub ai eps indd indb idml cdr sketch
              fig xd pxd lrcat tif tiff exr hdr
              als flp logicx cpr ptx rpp aup3 mscz sib dorico
              dwg dxf dgn rvt rfa rte ifc sldprt sldasm slddrw ipt iam idw ipn prt catpart catproduct
              catdrawing 3dxml step stp iges igs fcstd f3d f3z x_t x_b par psm dft kicad_pcb kicad_sch brd
              sch pcbdoc schdoc
              doc docx docm dotx dotm xls xlsx xlsm xlsb xlt xltx xltm ppt pptx pptm pot potx potm pps
              ppsx ppsm vsd vsdx mpp one accdb mdb odt ott ods ots odp otp odg otg odb odf fodt fods
              fodp fodg pages numbers key
              uasset umap unity prefab
              """
                  .split("\\s+"))
          .map(extension -> "*." + extension)
          .toList();

  private LockableFormats() {}
}
