# Reference values from scipy 1.10.1 / scikit-learn 1.2.1 (Debian 12) for checking our own TypeScript.
import json, numpy as np, warnings
from scipy import stats, special
from scipy.spatial import distance
from sklearn import metrics as M
warnings.simplefilter('ignore')
rng=np.random.default_rng(20240229)
G={'made_with':{'scipy':__import__('scipy').__version__,'numpy':np.__version__,'sklearn':__import__('sklearn').__version__}}
# special functions / distributions
G['chi2_sf']=[[x,k,float(stats.chi2.sf(x,k))] for x in (0,.01,.5,1,3.84,10,50,200,1000) for k in (1,2,5,9,50,300)]
G['chi2_ppf']=[[p,k,float(stats.chi2.ppf(p,k))] for p in (.5,.9,.95,.99,.999) for k in (1,2,5,9,19,50,300)]
G['norm_cdf']=[[x,float(stats.norm.cdf(x)),float(stats.norm.sf(x))] for x in (-8,-3,-1.96,-.5,0,.5,1.6448536269514722,1.96,3,8)]
G['norm_ppf']=[[p,float(stats.norm.ppf(p))] for p in (1e-10,1e-4,.025,.05,.5,.8,.975,.999,1-1e-9)]
G['t_sf2']=[[x,k,float(2*stats.t.sf(abs(x),k))] for x in (0,.5,1,2,3,10) for k in (1,2,5,19,30,200)]
G['kolmogorov_sf']=[[x,float(special.kolmogorov(x))] for x in (.1,.2,.3,.4,.5,.6,.8,1,1.2,1.36,1.63,2,3,5)]
G['binomtest_two_sided']=[[k,n,float(stats.binomtest(k,n,.5).pvalue)] for k,n in [(0,1),(0,5),(1,5),(5,10),(3,10),(10,40),(18,50),(450,1000),(4900,10000)]]
G['beta_ppf']=[[p,a,b,float(stats.beta.ppf(p,a,b))] for p in (.025,.5,.975) for a,b in [(1,1),(2,5),(50,3),(900,100)]]
# two-sample
def arr(x): return [float(v) for v in np.round(x,6)]
cases=[]
for name,a,b in [('same',rng.normal(size=60),rng.normal(size=45)),('shift',rng.normal(size=80),rng.normal(.6,1,70)),('ties',rng.integers(0,5,60).astype(float),rng.integers(0,6,50).astype(float)),('lognormal',rng.lognormal(size=40),rng.lognormal(.4,1,55)),('tiny',rng.normal(size=5),rng.normal(size=4)),('constant',np.ones(10),np.ones(12)),('disjoint',np.arange(8.),np.arange(100.,110)),('large',rng.normal(size=400),rng.normal(.1,1.1,300))]:
    a=np.round(a,6);b=np.round(b,6)
    ka=stats.ks_2samp(a,b,method='asymp')
    ke=stats.ks_2samp(a,b,method='exact')
    cases.append({'name':name,'a':arr(a),'b':arr(b),'ks_D':float(ka.statistic),'ks_p_scipy_asymp':float(ka.pvalue),'ks_p_exact':float(ke.pvalue),
      'ks_p_kolmogorov_limit':float(special.kolmogorov(np.sqrt(len(a)*len(b)/(len(a)+len(b)))*ka.statistic)),
      'wasserstein':float(stats.wasserstein_distance(a,b)),'std0_a':float(a.std()),'std1_a':float(a.std(ddof=1)),
      'q_type7_a':[float(v) for v in np.quantile(a,[0,.05,.25,.5,.75,.95,1])],
      'mw_U_p_asymp':(lambda r:[float(r.statistic),float(r.pvalue)])(stats.mannwhitneyu(a,b,alternative='two-sided',method='asymptotic')) if name!='constant' else None,
      'skew_a':None if name=='constant' else float(stats.skew(a)),'kurt_a':None if name=='constant' else float(stats.kurtosis(a))})
G['two_sample']=cases
tabs=[]
for t in [[[10,20,30],[6,9,17]],[[50,50],[60,40]],[[100,0,3],[80,5,2]],[[1000,900,50,3],[980,940,45,7]],[[5,5],[5,5]],[[12,5,1,0],[8,9,2,2]]]:
    A=np.array(t,float);p=A[0]/A[0].sum();q=A[1]/A[1].sum()
    r=stats.chi2_contingency(A,correction=False)
    k=A.shape[1];pl=(A[0]+.5)/(A[0].sum()+.5*k);ql=(A[1]+.5)/(A[1].sum()+.5*k)
    pe=np.maximum(p,1e-4);qe=np.maximum(q,1e-4)
    n=A.sum();phi2=r[0]/n;rr,kk=A.shape
    tabs.append({'table':t,'chi2':float(r[0]),'p':float(r[1]),'dof':int(r[2]),'chi2_yates_2x2':None if k!=2 else [float(v) for v in stats.chi2_contingency(A)[:2]],
     'linf':float(np.abs(p-q).max()),'tvd':float(np.abs(p-q).sum()/2),'jsd_bits':float(distance.jensenshannon(p,q,2)**2),'js_distance_nats':float(distance.jensenshannon(p,q)),
     'psi_clip1e-4':float(((pe-qe)*np.log(pe/qe)).sum()),'psi_add_half':float(((pl-ql)*np.log(pl/ql)).sum()),'hellinger':float(np.sqrt(max(0,1-np.sqrt(p*q).sum()))),
     'cramers_v':float(np.sqrt(phi2/min(rr-1,kk-1))),'fisher_p_2x2':None if k!=2 else float(stats.fisher_exact(A)[1])})
G['tables']=tabs
G['bh']=[{'p':p,'adj':[float(v) for v in (lambda p:(lambda o,q:[q[list(o).index(i)] for i in range(len(p))])(np.argsort(p,kind='stable'),np.minimum(1,np.minimum.accumulate((np.sort(p)*len(p)/np.arange(1,len(p)+1))[::-1])[::-1])))(np.array(p))]} for p in [[.01,.04,.03,.005,.2],[.05,.05,.05],[1,.5,.001,.0009]]]
# classification
cl=[]
for yt,yp in [(list('aabbc'),list('aabbb')),(list('aab'),list('acb')),([0,1,1,0,1],[0,1,0,0,1]),([0,0,0],[0,0,0]),([0,0],[0,1]),([1,1],[0,0]),(list('xyzxyz'),list('xyzzyx'))]:
    L=sorted(set(yt)|set(yp))
    P,R,F,S=M.precision_recall_fscore_support(yt,yp,labels=L,zero_division=0)
    d={'y_true':yt,'y_pred':yp,'labels':L,'confusion':M.confusion_matrix(yt,yp,labels=L).tolist(),'accuracy':float(M.accuracy_score(yt,yp)),'precision':P.tolist(),'recall':R.tolist(),'f1':F.tolist(),'support':[int(s) for s in S],'mcc':float(M.matthews_corrcoef(yt,yp)),'balanced_accuracy':float(M.balanced_accuracy_score(yt,yp)),'kappa':float(M.cohen_kappa_score(yt,yp))}
    for a in('macro','weighted','micro'): d[a]=[float(v) for v in M.precision_recall_fscore_support(yt,yp,average=a,zero_division=0)[:3]]
    d={k:(None if isinstance(v,float) and v!=v else v) for k,v in d.items()}
    cl.append(d)
G['classification']=cl
sc=[]
for n,tie in [(5,0),(50,0),(50,1),(300,1)]:
    y=(rng.random(n)<.35).astype(int); y[0]=0;y[1]=1
    s=1/(1+np.exp(-(rng.normal(size=n)+1.2*y-.6))); s=np.round(s,1 if tie else 6)
    fpr,tpr,th=M.roc_curve(y,s,drop_intermediate=False); pr,re,pt=M.precision_recall_curve(y,s)
    sc.append({'y':y.tolist(),'score':arr(s),'auc':float(M.roc_auc_score(y,s)),'average_precision':float(M.average_precision_score(y,s)),'log_loss':float(M.log_loss(y,np.clip(s,1e-15,1-1e-15))),'brier':float(M.brier_score_loss(y,s)),'roc':{'fpr':fpr.tolist(),'tpr':tpr.tolist(),'thresholds':th.tolist()} if n<=50 else None,'pr':{'precision':pr.tolist(),'recall':re.tolist(),'thresholds':pt.tolist()} if n<=50 else None,'ks_stat':float((tpr-fpr).max())})
G['scores']=sc
y=rng.normal(10,3,40);p=y+rng.normal(0,1,40)
y=np.round(y,5);p=np.round(p,5)
G['regression']={'y':arr(y),'pred':arr(p),'mae':float(M.mean_absolute_error(y,p)),'mse':float(M.mean_squared_error(y,p)),'rmse':float(np.sqrt(M.mean_squared_error(y,p))),'r2':float(M.r2_score(y,p)),'medae':float(M.median_absolute_error(y,p)),'mape':float(M.mean_absolute_percentage_error(y,p)),'max_error':float(M.max_error(y,p)),'explained_variance':float(M.explained_variance_score(y,p)),'pinball_.9':float(M.mean_pinball_loss(y,p,alpha=.9)),'pearson':float(np.corrcoef(y,p)[0,1]),'spearman':float(stats.spearmanr(y,p)[0])}
# intervals
def wilson(k,n,z=1.959963984540054):
    p=k/n;d=1+z*z/n;c=(p+z*z/2/n)/d;h=z*np.sqrt(p*(1-p)/n+z*z/4/n/n)/d;return [c-h,c+h]
G['wilson95']=[[k,n]+[float(v) for v in wilson(k,n)]+[float(v) for v in stats.binomtest(k,n).proportion_ci(.95,'wilson')] for k,n in [(0,10),(10,10),(5,10),(95,100),(950,1000),(1,3)]]
G['mcnemar']=[[b,c,float(stats.binomtest(min(b,c),b+c,.5).pvalue),float(stats.chi2.sf((abs(b-c)-1)**2/(b+c),1)),float(stats.chi2.sf((b-c)**2/(b+c),1))] for b,c in [(10,20),(5,5),(40,70),(1,8),(200,260)]]
json.dump(G,open(__file__.replace('.py', '.json'),'w'),indent=1)
print({k:(len(v) if hasattr(v,'__len__') else v) for k,v in G.items()})
